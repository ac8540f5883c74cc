create or replace function payment.lock_for_unwinding(booking_ids uuid[])
returns table (organiser_id uuid, booking_id uuid, payment_id uuid, operation_open boolean, refundable_minor bigint)
language plpgsql volatile security definer set search_path = '' as $$
begin
    perform payment.lock(booking_ids);
    return query
    select p.organiser_id, p.booking_id, p.id,
           exists (select from payment.operation o where o.payment_id = p.id and o.closed_at is null),
           p.captured_minor - p.refunded_minor - booking.owed(p.organiser_id, p.booking_id)
    from payment.payment p
    where p.booking_id = any (booking_ids)
    order by p.id;
end
$$;
comment on function payment.lock_for_unwinding(uuid[]) is 'Locks the payments of cancelled bookings, by id, and says what has to be done about each.';
