create or replace function inventory.seat_names(slot_id uuid, seat_nos integer[]) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
    return (select jsonb_agg(jsonb_build_object(
        'seat_no', s.seat_no, 'section', s.section, 'row', s.row_label, 'label', s.label) order by s.seat_no)
    from inventory.seat s
    where s.slot_id = seat_names.slot_id and s.seat_no = any (seat_nos));
end
$$;
comment on function inventory.seat_names(uuid, integer[]) is 'The names of seats of a slot, as people find them; null for none.';
grant execute on function inventory.seat_names(uuid, integer[]) to holdfast_reader;
