create or replace function booking.seat_lines(
    inout lines jsonb, for_booking uuid, out total_minor bigint, out refusal jsonb)
language plpgsql volatile security definer set search_path = '' as $$
declare
    seated jsonb := '[]';
    asked record;
    claim record;
begin
    for asked in select a.value as line, a.n from jsonb_array_elements(lines) with ordinality a (value, n) loop
        if asked.line -> 'wish' is null then
            seated := seated || asked.line;
            continue;
        end if;
        select c.seats, c.refusal into claim
        from inventory.claim_seats(asked.line -> 'wish' || jsonb_build_object('quantity', asked.line -> 'quantity'),
                                   for_booking, array['lines', (asked.n - 1)::text]) c;
        refusal := claim.refusal;
        exit when refusal is not null;
        -- One unit price for a line: seats of several price classes become one line for each.
        seated := seated || (
            select jsonb_agg(asked.line - array['wish', 'class_prices', 'price_percent'] || jsonb_build_object(
                'price_class', p.price_class, 'seats', p.seat_nos, 'quantity', cardinality(p.seat_nos),
                'list_price_minor', priced.list_price_minor,
                'unit_price_minor',
                coalesce((asked.line #>> '{wish,unit_price_minor}')::bigint, priced.list_price_minor)))
            from inventory.seat_classes((asked.line ->> 'slot_id')::uuid, claim.seats) p
            cross join lateral (select coalesce(
                booking.price_at((asked.line -> 'class_prices' ->> p.price_class)::bigint,
                                 (asked.line ->> 'price_percent')::integer),
                (asked.line ->> 'list_price_minor')::bigint) as list_price_minor) priced);
    end loop;

    if refusal is null then
        select case when sum(l.quantity * l.unit_price_minor) <= 1000000000000
                    then sum(l.quantity * l.unit_price_minor)::bigint end
        into total_minor
        from jsonb_to_recordset(seated) l (quantity integer, unit_price_minor numeric);
        if total_minor is null then
            refusal := holdfast.refuse('INVALID_PRICE', 'A booking can''t cost that much.', array['lines']);
        end if;
    end if;
    if refusal is not null then
        perform inventory.give_back_seats((l ->> 'slot_id')::uuid, array(
            select s::integer from jsonb_array_elements_text(l -> 'seats') s))
        from jsonb_array_elements(seated) l
        where l ? 'seats';
    end if;
    lines := seated;
end
$$;
comment on function booking.seat_lines(jsonb, uuid) is 'Claims the seats that the lines of one booking ask for, all or none, and prices them by class.';
