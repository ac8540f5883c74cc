create or replace function inventory.names_of(listing_ids uuid[]) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return (
        select coalesce(jsonb_object_agg(l.id, jsonb_build_object(
            'title', l.title, 'time_zone', l.time_zone, 'slug', l.slug)), '{}')
        from inventory.listing l where l.id = any (listing_ids));
end
$$;
comment on function inventory.names_of(uuid[]) is 'What people call listings, and where they are: {id: {title, time_zone, slug}}.';
