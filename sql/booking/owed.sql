create or replace function booking.owed(organiser_id uuid, booking_id uuid) returns bigint
language plpgsql stable security definer set search_path = '' as $$
begin
    return (select b.owed_minor from booking.booking b where b.organiser_id = owed.organiser_id and b.id = owed.booking_id);
end
$$;
comment on function booking.owed(uuid, uuid) is 'What the customer owes for a booking in its present state, in minor units.';
