create or replace function booking.history_to_publish(
    since timestamptz, until timestamptz, after uuid, after_version integer, page integer)
returns table (id uuid, sequence integer, document jsonb)
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    select e.booking_id, e.version, booking.tell_event(e, b)
    from booking.event e
    join booking.booking b on b.organiser_id = e.organiser_id and b.id = e.booking_id
    where (e.booking_id, e.version) > (after, after_version)
      and e.occurred_at >= since and e.occurred_at < until
      and outbox.is_published('BOOKING', e.booking_id, e.version)
    order by e.booking_id, e.version
    limit page;
end
$$;
comment on function booking.history_to_publish(timestamptz, timestamptz, uuid, integer, integer) is 'A page of the published events of a time, by booking and version, from behind a booking''s version on.';
