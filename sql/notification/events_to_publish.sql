create or replace function notification.events_to_publish(ids uuid[], published integer[], events integer)
returns table (id uuid, sequence integer, document jsonb)
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    select e.delivery_id, e.version, e.document
    from unnest(ids, events_to_publish.published) p (id, published)
    join notification.delivery_event e on e.delivery_id = p.id
        and e.version > p.published and e.version <= p.published + events
    order by e.delivery_id, e.version;
end
$$;
comment on function notification.events_to_publish(uuid[], integer[], integer) is 'Of each delivery up to so many events after version `published`, in order, as the outside is told of them.';
