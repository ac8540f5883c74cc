create or replace function payment.lock_for_unwinding(booking_ids uuid[])
returns table (organiser_id uuid, booking_id uuid, payment_id uuid, operation_open boolean)
language plpgsql volatile security definer set search_path = '' as $$
begin
    perform payment.lock(booking_ids);
    return query
    select distinct on (p.booking_id) p.organiser_id, p.booking_id, p.id,
           exists (
               select from payment.operation o join payment.payment a on a.id = o.payment_id
               where a.booking_id = p.booking_id and o.closed_at is null)
    from payment.payment p
    where p.booking_id = any (booking_ids)
    order by p.booking_id, p.number desc;
end
$$;
comment on function payment.lock_for_unwinding(uuid[]) is 'Locks the payments of bookings, by id. Gives for each booking its last payment, and whether the gateway is at any of them.';
