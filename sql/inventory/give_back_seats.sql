create or replace function inventory.give_back_seats(of_slot uuid, seats integer[]) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    update inventory.seat t set booking_id = null, changes = t.changes + 1
    where t.slot_id = of_slot and t.seat_no = any (seats);
end
$$;
comment on function inventory.give_back_seats(uuid, integer[]) is 'Undoes a claim of the same transaction: nobody has seen it, so that it concerns neither ledger nor waiting list.';
