create or replace function inventory.change_capacity(slot_ids uuid[], added integer[]) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    raised record;
    cut record;
begin
    select array_agg(null::uuid) as nobody, array_agg(a.slot_id) as slot_ids, array_agg(a.places) as quantities
    into raised
    from unnest(slot_ids, added) a (slot_id, places) where a.places > 0;
    if raised.slot_ids is not null then
        perform inventory.move(raised.nobody, raised.slot_ids, raised.quantities, 'capacity', 'available');
    end if;

    select array_agg(null::uuid) as nobody, array_agg(a.slot_id) as slot_ids, array_agg(-a.places) as quantities
    into cut
    from unnest(slot_ids, added) a (slot_id, places) where a.places < 0;
    if cut.slot_ids is not null then
        perform inventory.move(cut.nobody, cut.slot_ids, cut.quantities, 'available', 'capacity');
    end if;
end
$$;
comment on function inventory.change_capacity(uuid[], integer[]) is 'Enters in the ledger by how much the capacity of locked slots was raised or cut; what a raise frees goes to the waiting list first.';
