create or replace function saga.begin_refund(organiser_id uuid, booking_id uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    saga_id constant uuid := holdfast.uuid_v7();
begin
    insert into saga.saga (organiser_id, id, kind, booking_id, state, step, deadline, created_at)
    values (begin_refund.organiser_id, saga_id, 'refund', begin_refund.booking_id, 'RUNNING', 'refund',
            clock_timestamp() + interval '15 minutes', clock_timestamp());
    perform pgmq.send('saga', jsonb_build_object('saga_id', saga_id));
end
$$;
comment on function saga.begin_refund(uuid, uuid) is 'Starts the saga that gives back what was captured beyond what is owed; its operation is written down already.';
