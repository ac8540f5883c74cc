create or replace function booking.holds_ending(before timestamptz, page integer)
returns table (organiser_id uuid, booking_id uuid, hold_expires_at timestamptz, document jsonb)
language plpgsql stable security definer set search_path = '' as $$
begin
    -- Not while a payment is under way, which suspends the hold's end; nor for holds that are over before one could act.
    return query
    select b.organiser_id, b.id, b.hold_expires_at, booking.event_document(e, b)
    from booking.booking b
    join booking.event e on e.organiser_id = b.organiser_id and e.booking_id = b.id and e.version = b.version
    where b.status = 'PENDING' and b.expire_due_at = b.hold_expires_at
      and b.expire_due_at > clock_timestamp() and b.expire_due_at <= before
      and b.hold_expires_at - b.created_at > interval '2 minutes'
    order by b.expire_due_at
    limit page;
end
$$;
comment on function booking.holds_ending(timestamptz, integer) is 'Bookings whose hold ends before a time and that nobody is paying for, each with its last event.';
