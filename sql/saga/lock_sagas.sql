create or replace function saga.lock_sagas(saga_ids uuid[]) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    bookings constant uuid[] := array(
        select distinct s.booking_id from saga.saga s where s.id = any (saga_ids) and s.booking_id is not null);
begin
    perform booking.lock_with_slots(bookings);
    perform payment.lock(bookings);
    perform payment.lock_strays(array(select s.subject_id from saga.saga s where s.id = any (saga_ids)));
    perform from saga.saga s
    where s.booking_id = any (bookings) or s.id = any (saga_ids) order by s.id for update;
end
$$;
comment on function saga.lock_sagas(uuid[]) is 'Locks sagas and all that an operator''s command about them may change, in the lock order.';
