create or replace function inventory.view_slots(slot_ids jsonb) returns setof jsonb
language sql stable security definer set search_path = '' as $$
    select inventory.slot_document(s)
    from inventory.slot s
    where s.id = any (array(select i::uuid from jsonb_array_elements_text(slot_ids) i))
$$;
comment on function inventory.view_slots(jsonb) is 'The slots with these ids.';
grant execute on function inventory.view_slots(jsonb) to holdfast_api;
