create or replace function booking.draft_lines(commands jsonb)
returns table (
    ordinal integer, line_no integer, slot_id uuid, place integer, organiser_id uuid, listing_id uuid,
    starts_at timestamptz, free integer, quantity integer, currency text, hold_seconds integer,
    plan jsonb, list_price_minor bigint, unit_price_minor bigint, admission text, wish jsonb, class_prices jsonb,
    limit_per_customer integer, limit_per_slot integer, refusal jsonb)
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    with asked as (
        select c.n::integer as ordinal, l.n::integer as line_no, c.value -> 'actor' as actor, l.value as wish,
               (l.value ->> 'slot_id')::uuid as slot_id,
               -- Numbers of any size are read here, and judged below.
               coalesce((l.value ->> 'quantity')::numeric, jsonb_array_length(nullif(l.value -> 'seats', 'null')))
                   as quantity,
               l.value ->> 'rate_plan' as rate_plan, (l.value ->> 'unit_price_minor')::numeric as unit_price_minor,
               array['lines', (l.n - 1)::text] as path
        from jsonb_array_elements(commands) with ordinality c (value, n)
        cross join lateral jsonb_array_elements(c.value -> 'lines') with ordinality l (value, n)
    ), offer as materialized (
        select * from inventory.offers(array(select distinct asked.slot_id from asked))
    ), priced as (
        select asked.*, o.place, o.organiser_id, o.listing_id, o.starts_at, o.state, o.sale_opens_at, o.sale_closes_at,
               o.free, o.currency, o.hold_seconds, chosen.plan, o.price_minor, o.admission, o.class_prices,
               o.limit_per_customer, o.limit_per_slot
        from asked
        left join offer o on o.slot_id = asked.slot_id
        left join lateral (
            select p as plan from jsonb_array_elements(o.plans) with ordinality e (p, n)
            where asked.rate_plan is null or p ->> 'code' = asked.rate_plan
            order by e.n limit 1
        ) chosen on true
    ), judged as (
        select p.*, coalesce(
            booking.guard_line(p.wish, p.actor, p.quantity, p.organiser_id, p.admission, p.plan, p.currency, p.path),
            booking.guard_sale_window(p.state, p.sale_opens_at, p.sale_closes_at, p.path)) as refusal
        from priced p
    )
    select j.ordinal, j.line_no, j.slot_id, j.place, j.organiser_id, j.listing_id, j.starts_at, j.free,
           case when j.refusal is null then j.quantity::integer end,
           j.currency, j.hold_seconds, j.plan, priced_at.list_price_minor,
           case when j.refusal is null then coalesce(j.unit_price_minor::bigint, priced_at.list_price_minor) end,
           j.admission, j.wish, j.class_prices, j.limit_per_customer, j.limit_per_slot, j.refusal
    from judged j
    cross join lateral (
        select booking.price_at(j.price_minor, (j.plan ->> 'price_percent')::integer) as list_price_minor) priced_at;
end
$$;
comment on function booking.draft_lines(jsonb) is 'Every line of a batch of commands: its slot and price, or why it can''t be sold whatever is free. The price of a seat is known once the seat is.';
