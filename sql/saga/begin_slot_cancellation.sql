create or replace function saga.begin_slot_cancellation(organiser_id uuid, cancellation_id uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    saga_id constant uuid := holdfast.uuid_v7();
begin
    insert into saga.saga (organiser_id, id, kind, subject_id, state, step, deadline, created_at)
    values (begin_slot_cancellation.organiser_id, saga_id, 'slot_cancellation', cancellation_id, 'RUNNING', 'cancel',
            saga.deadline_of('slot_cancellation'), clock_timestamp());
    -- The slot was taken off sale in this transaction.
    perform saga.log_step(saga_id, 'close', 'DONE');
    perform pgmq.send('saga', jsonb_build_object('saga_id', saga_id));
end
$$;
comment on function saga.begin_slot_cancellation(uuid, uuid) is 'Starts the saga that cancels the bookings of a slot that was just taken off sale.';
