create or replace function inventory.slot_document(s inventory.slot) returns jsonb
language sql stable security definer set search_path = '' as $$
    select jsonb_build_object(
        'id', s.id, 'organiser_id', s.organiser_id, 'listing_id', s.listing_id, 'starts_at', s.starts_at,
        'ends_at', s.ends_at, 'price_minor', s.price_minor, 'currency', l.currency, 'capacity', s.capacity,
        'taken', s.taken, 'version', s.version)
    from inventory.listing l where l.organiser_id = s.organiser_id and l.id = s.listing_id
$$;
comment on function inventory.slot_document(inventory.slot) is 'A slot as the API reads it.';
