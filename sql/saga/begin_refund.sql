create or replace function saga.begin_refund(booking_ids uuid[]) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    owed record;
    source uuid;
    saga_id uuid;
begin
    for owed in select * from payment.lock_for_unwinding(booking_ids) loop
        -- A saga that is at work on the booking looks for itself what is left to give back, when it is through.
        continue when exists (select from saga.saga s where s.booking_id = owed.booking_id and s.ended_at is null);
        source := payment.open_refund(owed.booking_id);
        continue when source is null;
        saga_id := holdfast.uuid_v7();
        insert into saga.saga (
            organiser_id, id, kind, subject_id, booking_id, payment_id, state, step, deadline, created_at)
        values (owed.organiser_id, saga_id, 'refund', owed.booking_id, owed.booking_id, source, 'RUNNING', 'refund',
                saga.deadline_of('refund'), clock_timestamp());
        perform pgmq.send('saga', jsonb_build_object('saga_id', saga_id));
    end loop;
end
$$;
comment on function saga.begin_refund(uuid[]) is 'Starts the sagas that give back what was captured of these bookings beyond what is owed. Their slots and rows are locked.';
