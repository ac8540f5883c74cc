create or replace function inventory.flag_seats(of_slot uuid, quantity integer, aside boolean) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    flagged integer;
begin
    update inventory.seat t
    set set_aside = aside, changes = t.changes + 1
    where t.slot_id = of_slot and t.seat_no in (
        select f.seat_no from inventory.seat f
        where f.slot_id = of_slot and f.booking_id is null and f.set_aside <> aside
        order by f.row_rank, f.col
        limit flag_seats.quantity);
    get diagnostics flagged = row_count;
    if flagged < quantity then
        raise exception 'slot % has only % such seats, not %', of_slot, flagged, quantity using errcode = 'HF003';
    end if;
end
$$;
comment on function inventory.flag_seats(uuid, integer, boolean) is 'Sets free seats aside for the waiting list, or gives seats set aside free, the best first. The slot is locked exclusively.';
