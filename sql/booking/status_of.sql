create or replace function booking.status_of(booking_id uuid) returns text
language sql stable security definer set search_path = '' as $$
    select b.status from booking.booking b where b.id = status_of.booking_id
$$;
comment on function booking.status_of(uuid) is 'Where a booking stands.';
