create or replace function inventory.take_seats(of_slot uuid, seat_nos integer[], for_booking uuid) returns integer[]
language plpgsql volatile security definer set search_path = '' as $$
declare
    locked integer[];
begin
    select array_agg(free.seat_no) into locked
    from (
        select t.seat_no from inventory.seat t
        where t.slot_id = of_slot and t.seat_no = any (seat_nos) and t.booking_id is null and not t.set_aside
        order by t.seat_no
        for update skip locked
    ) free;
    if cardinality(locked) = cardinality(seat_nos) then
        update inventory.seat t set booking_id = for_booking, changes = t.changes + 1
        where t.slot_id = of_slot and t.seat_no = any (seat_nos);
        return '{}';
    end if;
    return array(select unnest(seat_nos) except select unnest(locked));
end
$$;
comment on function inventory.take_seats(uuid, integer[], uuid) is 'Takes all of these seats for a booking, or none of them. Gives those that could not be had; the others are then locked, and the caller lets go of them.';
