create or replace function booking.owes(booking_id uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
    return (select b.owed_minor > 0 from booking.booking b where b.id = owes.booking_id);
end
$$;
comment on function booking.owes(uuid) is 'Whether the customer owes anything for a booking in its present state.';
