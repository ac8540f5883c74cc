create or replace function inventory.close_slot(slot_id uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    update inventory.slot s set state = 'CANCELLED', version = s.version + 1, updated_at = clock_timestamp()
    where s.id = close_slot.slot_id and s.state = 'OPEN';
end
$$;
comment on function inventory.close_slot(uuid) is 'Cancels a slot that is locked exclusively; nothing of it is sold any more.';
