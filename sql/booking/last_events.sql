create or replace function booking.last_events(ids uuid[])
returns table (booking_id uuid, document jsonb)
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    select b.id, booking.tell_event(e, b)
    from booking.booking b
    join booking.event e on e.organiser_id = b.organiser_id and e.booking_id = b.id and e.version = b.version
    where b.id = any (ids);
end
$$;
comment on function booking.last_events(uuid[]) is 'The last event of each of these bookings, as the outside is told of it.';
