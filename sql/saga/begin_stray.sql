create or replace function saga.begin_stray(organiser_id uuid, stray_id uuid, step text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    new_id constant uuid := holdfast.uuid_v7();
begin
    insert into saga.saga (organiser_id, id, kind, subject_id, state, step, deadline, created_at)
    select begin_stray.organiser_id, new_id, k.kind, begin_stray.stray_id, 'RUNNING', begin_stray.step,
           clock_timestamp() + make_interval(secs => k.deadline_seconds), clock_timestamp()
    from saga.kind k where k.kind = 'stray';
    perform pgmq.send('saga', jsonb_build_object('saga_id', new_id));
end
$$;
comment on function saga.begin_stray(uuid, uuid, text) is 'Starts the saga that gives stray money back; the operation of its step is written down already.';
