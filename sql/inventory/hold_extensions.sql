create or replace function inventory.hold_extensions(listing_ids uuid[]) returns integer
language plpgsql stable set search_path = '' as $$
begin
    return (select min(l.hold_extensions) from inventory.listing l where l.id = any (listing_ids));
end
$$;
comment on function inventory.hold_extensions(uuid[]) is 'How often a hold of places of these listings may be extended, by the strictest of them.';
grant execute on function inventory.hold_extensions(uuid[]) to holdfast_reader;
