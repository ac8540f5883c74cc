create or replace function booking.lock(booking_ids uuid[]) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    perform from booking.booking b where b.id = any (booking_ids) order by b.id for update;
end
$$;
comment on function booking.lock(uuid[]) is 'Locks bookings in the order of their ids, until the transaction ends.';
