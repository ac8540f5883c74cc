create or replace function booking.holds_ending(
    before timestamptz, after timestamptz, after_id uuid, page integer)
returns table (organiser_id uuid, booking_id uuid, hold_expires_at timestamptz)
language plpgsql stable security definer set search_path = '' as $$
begin
    -- Not while a payment is under way, which suspends the hold's end; nor for holds that are over before one could act.
    return query
    select b.organiser_id, b.id, b.hold_expires_at
    from booking.booking b
    where b.status = 'PENDING' and b.expire_due_at = b.hold_expires_at
      and b.expire_due_at >= greatest(after, clock_timestamp()) and (b.expire_due_at, b.id) > (after, after_id)
      and b.expire_due_at <= before
      and b.hold_expires_at - b.created_at > interval '2 minutes'
    order by b.expire_due_at, b.id
    limit page;
end
$$;
comment on function booking.holds_ending(timestamptz, timestamptz, uuid, integer) is 'A page of the bookings whose hold ends before a time and that nobody is paying for, by its end and their id, from behind (`after`, `after_id`) on.';
