create or replace function inventory.list_slots(argument jsonb) returns setof jsonb
language sql stable security definer set search_path = '' as $$
    select jsonb_build_object(
        'cursor', s.starts_at::text || '/' || s.id, 'row', inventory.slot_document(s))
    from inventory.slot s
    where s.listing_id = (argument ->> 'listing_id')::uuid
      and (argument ->> 'from' is null or s.starts_at >= (argument ->> 'from')::timestamptz)
      and (argument ->> 'to' is null or s.starts_at < (argument ->> 'to')::timestamptz)
      and (argument ->> 'after' is null
           or (s.starts_at, s.id) > (split_part(argument ->> 'after', '/', 1)::timestamptz,
                                     split_part(argument ->> 'after', '/', 2)::uuid))
    order by s.starts_at, s.id
    limit (argument ->> 'first')::integer + 1
$$;
comment on function inventory.list_slots(jsonb) is 'A listing''s slots by start: {listing_id, from, to, first, after}; one row more than {first} when there is one.';
grant execute on function inventory.list_slots(jsonb) to holdfast_api;
