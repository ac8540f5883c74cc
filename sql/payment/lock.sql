create or replace function payment.lock(booking_ids uuid[]) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    perform from payment.payment p where p.booking_id = any (booking_ids) order by p.id for update;
end
$$;
comment on function payment.lock(uuid[]) is 'Locks the payments of bookings in the order of their ids, until the transaction ends.';
