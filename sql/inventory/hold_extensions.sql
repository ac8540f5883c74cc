create or replace function inventory.hold_extensions(listing_id uuid) returns integer
language plpgsql stable set search_path = '' as $$
begin
    return (select l.hold_extensions from inventory.listing l where l.id = hold_extensions.listing_id);
end
$$;
comment on function inventory.hold_extensions(uuid) is 'How often a hold of places of this listing may be extended.';
grant execute on function inventory.hold_extensions(uuid) to holdfast_reader;
