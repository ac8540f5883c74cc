create or replace function inventory.lock_slots(slot_ids uuid[]) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    perform from inventory.slot s where s.id = any (slot_ids) order by s.id for update;
end
$$;
comment on function inventory.lock_slots(uuid[]) is 'Locks slots in the order of their ids, until the transaction ends.';
