create or replace function booking.has_change(booking_id uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
    return (select exists (
        select from booking.change c where c.booking_id = has_change.booking_id and c.state = 'UNDER_WAY'));
end
$$;
comment on function booking.has_change(uuid) is 'Whether a change of the booking waits for its charge.';
