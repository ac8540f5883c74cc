create or replace function inventory.list_listings(argument jsonb) returns setof jsonb
language sql stable security definer set search_path = '' as $$
    -- The cursor is the sort key: the title, a line break (no title has one), the id.
    select jsonb_build_object('cursor', l.title || chr(10) || l.id, 'row', inventory.listing_document(l))
    from inventory.listing l
    where (argument ->> 'after' is null
           or (l.title, l.id) > (split_part(argument ->> 'after', chr(10), 1),
                                 split_part(argument ->> 'after', chr(10), 2)::uuid))
      and (argument ->> 'search' is null
           or position(lower(argument ->> 'search') in lower(l.title || ' ' || l.slug)) > 0)
    order by l.title, l.id
    limit (argument ->> 'first')::integer + 1
$$;
comment on function inventory.list_listings(jsonb) is 'Listings by title: {search, first, after}; one row more than {first} when there is one.';
grant execute on function inventory.list_listings(jsonb) to holdfast_api;
alter function inventory.list_listings(jsonb) owner to holdfast_reader;
