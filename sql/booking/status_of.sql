create or replace function booking.status_of(booking_id uuid) returns text
language plpgsql stable security definer set search_path = '' as $$
begin
    return (select b.status from booking.booking b where b.id = status_of.booking_id);
end
$$;
comment on function booking.status_of(uuid) is 'Where a booking stands.';
