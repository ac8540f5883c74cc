create or replace function booking.keep_places(inout wish jsonb, inout lines jsonb)
language plpgsql stable security definer set search_path = '' as $$
declare
    line record;
    chosen integer[] := array(select s::integer from jsonb_array_elements_text(nullif(wish -> 'seats', 'null')) s);
    is_chosen constant boolean := cardinality(chosen) > 0;
    needed numeric := coalesce((wish ->> 'quantity')::numeric, cardinality(chosen));
    seats integer[];
    places integer;
begin
    for line in
        select (l.n - 1)::text as at, (l.value ->> 'slot_id')::uuid as slot_id,
               (l.value ->> 'quantity')::integer as quantity, l.value ->> 'seats' is not null as is_seated,
               array(select s::integer from jsonb_array_elements_text(nullif(l.value -> 'seats', 'null')) s) as seats
        from jsonb_array_elements(lines) with ordinality l (value, n)
        where l.value ->> 'slot_id' = wish ->> 'slot_id'
          and l.value ->> 'rate_plan' = coalesce(wish ->> 'rate_plan', l.value ->> 'rate_plan')
          and (wish ->> 'price_class' is null or l.value ->> 'price_class' = wish ->> 'price_class')
          and (l.value ->> 'seats' is not null or not is_chosen and wish ->> 'section' is null)
        order by l.n
    loop
        seats := array(
            select s from unnest(line.seats) with ordinality e (s, n)
            where case when is_chosen then s = any (chosen) else wish ->> 'section' is null
                or wish ->> 'section' = inventory.seat_names(line.slot_id, array[s]) #>> '{0,section}' end
            order by e.n limit needed);
        places := case when line.is_seated then cardinality(seats) else least(needed, line.quantity) end;
        needed := needed - places;
        chosen := array(select c from unnest(chosen) c where c <> all (seats));
        lines := jsonb_set(lines, array[line.at], lines -> line.at::integer || jsonb_build_object(
            'quantity', line.quantity - places,
            'seats', case when line.is_seated then to_jsonb(array(
                select s from unnest(line.seats) with ordinality e (s, n) where s <> all (seats) order by e.n)) end));
    end loop;
    wish := wish || jsonb_build_object('quantity', needed, 'seats', case when is_chosen then to_jsonb(chosen) end);
end
$$;
comment on function booking.keep_places(jsonb, jsonb) is 'Fulfils a wish, as far as it can be, by places that a booking has of that slot under that plan (of no plan named: under any). Gives what is left of the wish and of the lines.';
