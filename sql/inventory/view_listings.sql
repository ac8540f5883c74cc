create or replace function inventory.view_listings(listing_ids jsonb) returns setof jsonb
language sql stable security definer set search_path = '' as $$
    select inventory.listing_document(l)
    from inventory.listing l
    where l.id = any (array(select i::uuid from jsonb_array_elements_text(listing_ids) i))
$$;
comment on function inventory.view_listings(jsonb) is 'The listings with these ids.';
grant execute on function inventory.view_listings(jsonb) to holdfast_api;
alter function inventory.view_listings(jsonb) owner to holdfast_reader;
