create or replace function booking.events_to_publish(ids uuid[], published integer[], events integer)
returns table (id uuid, sequence integer, document jsonb)
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    select told.booking_id, (told.event -> 'sequence')::integer, told.event
    from (
        -- Each by its key: joined, they would be held each against each.
        select p.id as booking_id, unnest((
            select booking.tell_all(b, p.published + 1, p.published + events) from booking.booking b
            where b.id = p.id)) as event
        from unnest(ids, events_to_publish.published) p (id, published)
    ) told
    order by 1, 2;
end
$$;
comment on function booking.events_to_publish(uuid[], integer[], integer) is 'Of each booking up to so many events after version `published`, in order, as the outside is told of them.';
