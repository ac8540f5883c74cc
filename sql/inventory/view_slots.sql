create or replace function inventory.view_slots(slot_ids jsonb) returns setof jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    select inventory.slot_document(s)
    from inventory.slot s
    where s.id = any (array(select i::uuid from jsonb_array_elements_text(slot_ids) i));
end
$$;
comment on function inventory.view_slots(jsonb) is 'The slots with these ids.';
grant execute on function inventory.view_slots(jsonb) to holdfast_api;
alter function inventory.view_slots(jsonb) owner to holdfast_reader;
