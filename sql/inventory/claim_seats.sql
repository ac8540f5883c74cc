create or replace function inventory.claim_seats(
    line jsonb, for_booking uuid, path text[], out seats integer[], out refusal jsonb)
language plpgsql volatile security definer set search_path = '' as $$
declare
    of_slot constant uuid := line ->> 'slot_id';
    quantity constant integer := line ->> 'quantity';
    missing integer[] := '{}';
    excluded integer[] := '{}';
begin
    if line ->> 'seats' is not null then
        seats := array(select s::integer from jsonb_array_elements_text(line -> 'seats') s);
        missing := inventory.try_seats(of_slot, seats, for_booking);
        if missing <> '{}' then
            refusal := inventory.refuse_seats(of_slot, seats, missing, path);
        end if;
        return;
    end if;

    -- Another buyer may lock the best seats between the look and the take: then the search goes on without those.
    for round in 1 .. 20 loop
        seats := inventory.best_seats(of_slot, quantity, line ->> 'section', line ->> 'price_class', excluded);
        exit when seats is null;
        missing := inventory.try_seats(of_slot, seats, for_booking);
        if missing = '{}' then
            return;
        end if;
        excluded := excluded || missing;
    end loop;
    refusal := inventory.refuse_party(of_slot, quantity, line ->> 'section', line ->> 'price_class', path);
end
$$;
comment on function inventory.claim_seats(jsonb, uuid, text[]) is 'Takes seats of a slot that is locked shared for a booking: those of {seats}, or the best {quantity} together, of {section} and {price_class} if given. Never waits for another buyer. Gives the seats, or why they can''t be had.';
