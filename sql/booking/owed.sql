create or replace function booking.owed(booking_id uuid) returns bigint
language plpgsql stable security definer set search_path = '' as $$
begin
    return (select b.owed_minor from booking.booking b where b.id = owed.booking_id);
end
$$;
comment on function booking.owed(uuid) is 'What the customer owes for a booking in its present state, in minor units.';
