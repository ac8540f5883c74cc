create or replace function inventory.seat_classes(of_slot uuid, seats integer[])
returns table (price_class text, seat_nos integer[])
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    select t.price_class, array_agg(t.seat_no order by t.seat_no)
    from inventory.seat t
    where t.slot_id = of_slot and t.seat_no = any (seats)
    group by t.price_class
    order by min(t.seat_no);
end
$$;
comment on function inventory.seat_classes(uuid, integer[]) is 'These seats of a slot, by price class.';
