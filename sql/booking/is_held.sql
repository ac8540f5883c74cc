create or replace function booking.is_held(booking_id uuid, until timestamptz) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
    return exists (
        select from booking.booking b
        where b.id = is_held.booking_id and b.status = 'PENDING' and b.hold_expires_at > clock_timestamp()
          and b.hold_expires_at = coalesce(until, b.hold_expires_at));
end
$$;
comment on function booking.is_held(uuid, timestamptz) is 'Whether a booking still waits to be paid for, and its hold ends at that time; null is any time to come.';
