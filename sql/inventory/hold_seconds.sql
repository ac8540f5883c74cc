create or replace function inventory.hold_seconds(listing_ids uuid[]) returns integer
language plpgsql stable security definer set search_path = '' as $$
begin
    return (select min(l.hold_seconds) from inventory.listing l where l.id = any (listing_ids));
end
$$;
comment on function inventory.hold_seconds(uuid[]) is 'How long places of these listings are held together, by the strictest of them.';
