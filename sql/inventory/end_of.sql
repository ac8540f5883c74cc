create or replace function inventory.end_of(organiser_id uuid, slot_id uuid) returns timestamptz
language plpgsql stable security definer set search_path = '' as $$
begin
    return (select s.ends_at from inventory.slot s where s.organiser_id = end_of.organiser_id and s.id = end_of.slot_id);
end
$$;
comment on function inventory.end_of(uuid, uuid) is 'When a slot ends.';
