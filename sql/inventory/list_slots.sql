create or replace function inventory.list_slots(argument jsonb) returns setof jsonb
language sql stable security definer set search_path = '' as $$
    select jsonb_build_object(
        'cursor', (p.slot).starts_at::text || '/' || (p.slot).id, 'row', inventory.slot_document(p.slot))
    from (select distinct i::uuid as id from jsonb_array_elements_text(argument -> 'listing_ids') i) l
    cross join lateral (
        select s as slot
        from inventory.slot s
        where s.listing_id = l.id
          and (argument ->> 'from' is null or s.starts_at >= (argument ->> 'from')::timestamptz)
          and (argument ->> 'to' is null or s.starts_at < (argument ->> 'to')::timestamptz)
          and (argument ->> 'after' is null
               or (s.starts_at, s.id) > (split_part(argument ->> 'after', '/', 1)::timestamptz,
                                         split_part(argument ->> 'after', '/', 2)::uuid))
        order by s.starts_at, s.id
        limit (argument ->> 'first')::integer + 1
    ) p
    order by (p.slot).starts_at, (p.slot).id
$$;
comment on function inventory.list_slots(jsonb) is 'The slots of each listing of {listing_ids} by start: {from, to, first, after}; of each one row more than {first} when there is one.';
grant execute on function inventory.list_slots(jsonb) to holdfast_api;
alter function inventory.list_slots(jsonb) owner to holdfast_reader;
