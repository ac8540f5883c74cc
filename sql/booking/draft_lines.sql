create or replace function booking.draft_lines(commands jsonb)
returns table (
    ordinal integer, line_no integer, slot_id uuid, place integer, organiser_id uuid, listing_id uuid,
    starts_at timestamptz, free integer, quantity integer, currency text, hold_seconds integer,
    plan jsonb, list_price_minor bigint, unit_price_minor bigint, refusal jsonb)
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    with asked as (
        select c.n::integer as ordinal, l.n::integer as line_no, c.value -> 'actor' as actor,
               (l.value ->> 'slot_id')::uuid as slot_id, (l.value ->> 'quantity')::integer as quantity,
               l.value ->> 'rate_plan' as rate_plan, (l.value ->> 'unit_price_minor')::bigint as unit_price_minor,
               l.value ->> 'unit_price_currency' as unit_price_currency,
               array['lines', (l.n - 1)::text] as path
        from jsonb_array_elements(commands) with ordinality c (value, n)
        cross join lateral jsonb_array_elements(c.value -> 'lines') with ordinality l (value, n)
    ), offer as materialized (
        select * from inventory.offers(array(select distinct asked.slot_id from asked))
    ), priced as (
        select asked.*, o.place, o.organiser_id, o.listing_id, o.starts_at, o.sale_opens_at, o.free, o.currency,
               o.hold_seconds, chosen.plan,
               -- Half a minor unit is rounded up.
               (o.price_minor * (chosen.plan ->> 'price_percent')::integer + 50) / 100 as list_price_minor
        from asked
        left join offer o on o.slot_id = asked.slot_id
        left join lateral (
            select p as plan from jsonb_array_elements(o.plans) with ordinality e (p, n)
            where asked.rate_plan is null or p ->> 'code' = asked.rate_plan
            order by e.n limit 1
        ) chosen on true
    )
    select p.ordinal, p.line_no, p.slot_id, p.place, p.organiser_id, p.listing_id, p.starts_at, p.free, p.quantity,
           p.currency, p.hold_seconds, p.plan, p.list_price_minor,
           coalesce(p.unit_price_minor, p.list_price_minor),
           case
               when p.place is null
                    or (p.actor ->> 'role' = 'ORGANISER' and not holdfast.may_act_for(p.actor, p.organiser_id)) then
                   holdfast.refuse('NOT_FOUND', 'There is no such slot.', p.path || array['slotId'])
               when p.quantity not between 1 and 1000 then
                   holdfast.refuse('INVALID_QUANTITY', 'A line takes 1 to 1000 places.', p.path || array['quantity'])
               when p.plan is null then
                   holdfast.refuse('NOT_FOUND', 'The listing has no such rate plan.', p.path || array['ratePlan'])
               when p.unit_price_minor is not null and p.actor ->> 'role' = 'CUSTOMER' then
                   holdfast.refuse('NOT_ALLOWED', 'Customers do not name prices.', p.path || array['unitPrice'])
               when p.unit_price_minor not between 0 and 100000000000 then
                   holdfast.refuse('INVALID_PRICE', 'A price is at least 0 and not that large.', p.path || array['unitPrice'])
               when p.unit_price_currency <> p.currency then
                   holdfast.refuse('CURRENCY_MISMATCH', format('This listing is sold in %s.', p.currency),
                       p.path || array['unitPrice', 'currencyCode'])
               when p.starts_at <= clock_timestamp() then
                   holdfast.refuse('SALES_CLOSED', 'This slot has begun or is over.', p.path || array['slotId'])
               when p.sale_opens_at > clock_timestamp() then
                   holdfast.refuse('SALES_CLOSED', format('This slot goes on sale at %s.',
                       to_char(p.sale_opens_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')),
                       p.path || array['slotId'])
           end
    from priced p;
end
$$;
comment on function booking.draft_lines(jsonb) is 'Every line of a batch of createBooking commands: its slot and price, or why it can''t be sold whatever is free.';
