create or replace function notification.history_to_publish(
    since timestamptz, until timestamptz, after uuid, after_sequence integer, page integer)
returns table (id uuid, sequence integer, document jsonb)
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    select e.delivery_id, e.version, e.document
    from notification.delivery_event e
    where (e.delivery_id, e.version) > (after, after_sequence)
      and e.occurred_at >= since and e.occurred_at < until
      and outbox.is_published('DELIVERY', e.delivery_id, e.version)
    order by e.delivery_id, e.version
    limit page;
end
$$;
comment on function notification.history_to_publish(timestamptz, timestamptz, uuid, integer, integer) is 'A page of the published events of deliveries of a time, by delivery and version, from behind one of them on.';
