create or replace function saga.begin_reschedule(organiser_id uuid, booking_id uuid, payment_id uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    saga_id constant uuid := holdfast.uuid_v7();
begin
    insert into saga.saga (organiser_id, id, kind, subject_id, booking_id, payment_id, state, step, deadline, created_at)
    values (begin_reschedule.organiser_id, saga_id, 'reschedule', begin_reschedule.booking_id,
            begin_reschedule.booking_id, begin_reschedule.payment_id, 'RUNNING', 'authorize',
            saga.deadline_of('reschedule'), clock_timestamp());
    -- The places of the change were taken in the transaction that began it.
    perform saga.log_step(saga_id, 'reserve', 'DONE');
    perform pgmq.send('saga', jsonb_build_object('saga_id', saga_id));
end
$$;
comment on function saga.begin_reschedule(uuid, uuid, uuid) is 'Starts the saga of a change that costs more; its authorization is written down already.';
