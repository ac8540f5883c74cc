create or replace function booking.compare_lines(
    target booking.booking, wishes jsonb, out added jsonb, out dropped jsonb, out refusal jsonb)
language plpgsql stable security definer set search_path = '' as $$
declare
    asked record;
    wish jsonb;
    quantity numeric;
    path text[];
begin
    added := '[]';
    select jsonb_agg(jsonb_build_object(
        'line_no', l.line_no, 'slot_id', l.slot_id, 'listing_id', l.listing_id, 'rate_plan', l.rate_plan,
        'price_class', l.price_class, 'quantity', l.quantity, 'seats', l.seats) order by l.line_no)
    into dropped
    from booking.line l
    where l.organiser_id = target.organiser_id and l.booking_id = target.id and l.active;

    for asked in select w.value as wish, (w.n - 1)::text as origin
                 from jsonb_array_elements(wishes) with ordinality w (value, n) loop
        path := array['lines', asked.origin];
        quantity := coalesce((asked.wish ->> 'quantity')::numeric,
            jsonb_array_length(nullif(asked.wish -> 'seats', 'null')));
        -- Judged before a part of it is found to be there already; the rest is judged as what is sold anew.
        refusal := case
            when quantity is null or quantity < 1 or quantity <> trunc(quantity) then
                holdfast.refuse('INVALID_QUANTITY', 'A line takes 1 to 1000 places.', path || array['quantity'],
                    target.id)
            when asked.wish ->> 'seats' is not null then booking.guard_choice(asked.wish, quantity, path)
        end;
        if refusal is not null then
            return;
        end if;
        select k.wish, k.lines into wish, dropped from booking.keep_places(asked.wish, dropped) k;
        if (wish ->> 'quantity')::numeric > 0 then
            added := added || (wish || jsonb_build_object('origin', asked.origin));
        end if;
    end loop;

    dropped := (
        select coalesce(jsonb_agg(d), '[]') from jsonb_array_elements(dropped) d where (d ->> 'quantity')::integer > 0);
    if added = '[]' and dropped = '[]' then
        refusal := holdfast.refuse('INVALID_INPUT', 'That is what the booking is for already.', array['lines'],
            target.id);
    end if;
end
$$;
comment on function booking.compare_lines(booking.booking, jsonb) is 'What has to be added to a booking and dropped from it, to make it one for these lines; `origin` is the wish that a line added comes from.';
