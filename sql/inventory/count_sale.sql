create or replace function inventory.count_sale(booking_ids uuid[], slot_ids uuid[]) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    -- Most bookings have no seats, and then there is nothing to write.
    if exists (select from inventory.slot s where s.id = any (slot_ids) and s.admission = 'SEATED') then
        update inventory.seat t set changes = t.changes + 1
        from (select distinct m.booking_id, m.slot_id from unnest(booking_ids, slot_ids) m (booking_id, slot_id)) sold
        where t.booking_id = sold.booking_id and t.slot_id = sold.slot_id;
    end if;
end
$$;
comment on function inventory.count_sale(uuid[], uuid[]) is 'Counts it as a change of their seats that what locked bookings held in slots is sold: parallel arrays. Nothing is free for it or taken, but whoever watches the seats is to see it.';
