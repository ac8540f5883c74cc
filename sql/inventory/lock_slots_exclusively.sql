create or replace function inventory.lock_slots_exclusively(slot_ids uuid[]) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    perform from inventory.slot s where s.id = any (slot_ids) order by s.id for update;
end
$$;
comment on function inventory.lock_slots_exclusively(uuid[]) is 'Locks slots in the order of their ids against everybody, sellers of seats included. For those who change what only the slot''s row says; whoever holds a slot shared never asks for this.';
