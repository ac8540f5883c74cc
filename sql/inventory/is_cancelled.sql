create or replace function inventory.is_cancelled(slot_id uuid) returns boolean
language plpgsql stable set search_path = '' as $$
begin
    return (select s.state = 'CANCELLED' from inventory.slot s where s.id = is_cancelled.slot_id);
end
$$;
comment on function inventory.is_cancelled(uuid) is 'Whether a slot was cancelled.';
grant execute on function inventory.is_cancelled(uuid) to holdfast_reader;
