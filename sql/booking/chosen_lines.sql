create or replace function booking.chosen_lines(
    target booking.booking, lines jsonb, out dropped jsonb, out refusal jsonb)
language plpgsql stable security definer set search_path = '' as $$
declare
    wish record;
    line booking.line;
    path text[];
    places integer;
    seats integer[];
begin
    dropped := '[]';
    for wish in select w.value as line, w.n from jsonb_array_elements(lines) with ordinality w (value, n) loop
        path := array['lines', (wish.n - 1)::text];
        select * into line from booking.line l
        where l.organiser_id = target.organiser_id and l.booking_id = target.id and l.active
          and l.line_no = (wish.line ->> 'line_no')::integer;
        seats := array(select s::integer from jsonb_array_elements_text(nullif(wish.line -> 'seats', 'null')) s);
        places := coalesce((wish.line ->> 'quantity')::integer, nullif(cardinality(seats), 0), line.quantity);
        refusal := case
            when line.line_no is null then
                holdfast.refuse('NOT_FOUND', 'The booking has no such line.', path || array['lineNo'], target.id)
            when dropped @> jsonb_build_array(jsonb_build_object('line_no', line.line_no)) then
                holdfast.refuse('INVALID_INPUT', 'Name each line once.', path || array['lineNo'], target.id)
            when not seats <@ coalesce(line.seats, '{}') then
                holdfast.refuse('NOT_FOUND', 'The line has no such seat.', path || array['seatIds'], target.id)
            when places not between 1 and line.quantity
                 or cardinality(seats) > 0 and places <> (select count(distinct s) from unnest(seats) s) then
                holdfast.refuse('INVALID_QUANTITY', format('The line has %s places.', line.quantity),
                    path || array['quantity'], target.id)
        end;
        exit when refusal is not null;
        if line.seats is not null and cardinality(seats) = 0 then
            seats := line.seats[cardinality(line.seats) - places + 1 :];
        end if;
        dropped := dropped || jsonb_build_object('line_no', line.line_no, 'quantity', places,
            'seats', case when line.seats is not null then seats end);
    end loop;
    if refusal is null and dropped = '[]' then
        refusal := holdfast.refuse('INVALID_INPUT', 'Name at least one line.', array['lines'], target.id);
    end if;
end
$$;
comment on function booking.chosen_lines(booking.booking, jsonb) is 'What [{line_no, quantity, seats}] means in a booking: each line with the places to be given up, or why not. Where seats are not chosen, the last ones go.';
