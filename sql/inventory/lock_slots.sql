create or replace function inventory.lock_slots(slot_ids uuid[]) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    slot record;
begin
    -- A slot's admission never changes, so that it can be read before the lock.
    if not exists (select from inventory.slot s where s.id = any (slot_ids) and s.admission = 'SEATED') then
        perform from inventory.slot s where s.id = any (slot_ids) order by s.id for update;
        return;
    end if;
    for slot in select s.id, s.admission from inventory.slot s where s.id = any (slot_ids) order by s.id loop
        if slot.admission = 'SEATED' then
            perform from inventory.slot s where s.id = slot.id for share;
        else
            perform from inventory.slot s where s.id = slot.id for update;
        end if;
    end loop;
end
$$;
comment on function inventory.lock_slots(uuid[]) is 'Locks slots in the order of their ids, until the transaction ends: alone where places are counted in the slot''s row, and shared where seats are, so that two buyers of seats never wait for one another.';
