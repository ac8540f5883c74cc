create or replace function inventory.limited_slots(slot_ids uuid[])
returns table (slot_id uuid, listing_id uuid)
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    select s.id, s.listing_id
    -- As in inventory.offers.
    from (select i.* from inventory.slot i where i.id = any (slot_ids) offset 0) s
    join inventory.listing l on l.organiser_id = s.organiser_id and l.id = s.listing_id
    where l.limit_per_customer is not null or l.limit_per_slot is not null;
end
$$;
comment on function inventory.limited_slots(uuid[]) is 'Those of these slots whose listing limits what one customer may hold.';
