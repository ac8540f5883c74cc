create or replace function booking.guard_choice(wish jsonb, quantity numeric, path text[]) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
    return case
        when coalesce(wish ->> 'section', wish ->> 'price_class') is not null then
            holdfast.refuse('INVALID_INPUT', 'Seats are chosen by number, or by section and price class.',
                path || array['seats'])
        when jsonb_array_length(wish -> 'seats') <> quantity then
            holdfast.refuse('INVALID_QUANTITY', 'The quantity is the number of the seats.', path || array['quantity'])
        when exists (
            select from jsonb_array_elements_text(wish -> 'seats') s group by s having count(*) > 1) then
            holdfast.refuse('INVALID_INPUT', 'Each seat is named once.', path || array['seats'])
        else (
            select holdfast.refuse('NOT_FOUND', 'There is no such seat.', path || array['seats', (s.n - 1)::text])
            from jsonb_array_elements_text(wish -> 'seats') with ordinality s (seat_no, n)
            where s.seat_no::numeric not between 1 and 200000 or s.seat_no::numeric <> trunc(s.seat_no::numeric)
            order by s.n limit 1)
    end;
end
$$;
comment on function booking.guard_choice(jsonb, numeric, text[]) is 'Why these seats can''t be chosen as they were named; null when they can.';
