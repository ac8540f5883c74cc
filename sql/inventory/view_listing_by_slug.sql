create or replace function inventory.view_listing_by_slug(slug jsonb) returns setof jsonb
language sql stable security definer set search_path = '' as $$
    select inventory.listing_document(l) from inventory.listing l where l.slug = view_listing_by_slug.slug #>> '{}'
$$;
comment on function inventory.view_listing_by_slug(jsonb) is 'The listing with this slug.';
grant execute on function inventory.view_listing_by_slug(jsonb) to holdfast_api;
alter function inventory.view_listing_by_slug(jsonb) owner to holdfast_reader;
