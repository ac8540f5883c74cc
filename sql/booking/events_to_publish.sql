create or replace function booking.events_to_publish(ids uuid[], published integer[], events integer)
returns table (id uuid, sequence integer, document jsonb)
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    select e.booking_id, e.version, booking.tell_event(e, b)
    from unnest(ids, events_to_publish.published) p (id, published)
    join booking.booking b on b.id = p.id
    join booking.event e on e.organiser_id = b.organiser_id and e.booking_id = b.id
        and e.version > p.published and e.version <= p.published + events
    order by e.booking_id, e.version;
end
$$;
comment on function booking.events_to_publish(uuid[], integer[], integer) is 'Of each booking up to so many events after version `published`, in order, as the outside is told of them.';
