create or replace function inventory.guard_venue(
    draft jsonb, target inventory.listing, known inventory.slot, path text[])
returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
    plan constant uuid := draft ->> 'venue_plan_id';
    prices constant jsonb := coalesce(nullif(draft -> 'class_prices', 'null'), '[]');
begin
    return case
        when known.id is not null and known.venue_plan_id is distinct from plan then
            holdfast.refuse('INVALID_INPUT', 'The seats of a slot stay those that it was made with.',
                path || array['venuePlanId'])
        when plan is null and prices <> '[]' then
            holdfast.refuse('INVALID_INPUT', 'Only seats have price classes.', path || array['classPrices'])
        when plan is null then null
        when not exists (
            select from inventory.venue_plan v where v.organiser_id = target.organiser_id and v.id = plan) then
            holdfast.refuse('NOT_FOUND', 'There is no such venue plan.', path || array['venuePlanId'])
        else (
            select r.refusal
            from jsonb_array_elements(prices) with ordinality p (value, n)
            cross join lateral (select case
                when p.value ->> 'currency' <> target.currency then
                    holdfast.refuse('CURRENCY_MISMATCH', format('This listing is sold in %s.', target.currency),
                        path || array['classPrices', (p.n - 1)::text, 'price', 'currencyCode'])
                when (p.value ->> 'price_minor')::numeric not between 0 and 10000000000 then
                    holdfast.refuse('INVALID_PRICE', 'A price is at least 0 and not that large.',
                        path || array['classPrices', (p.n - 1)::text, 'price'])
                when exists (
                    select from jsonb_array_elements(prices) with ordinality q (value, n)
                    where q.n < p.n and q.value -> 'price_class' = p.value -> 'price_class') then
                    holdfast.refuse('INVALID_INPUT', 'Each price class has one price.',
                        path || array['classPrices', (p.n - 1)::text, 'priceClass'])
                when not inventory.has_class(plan, known.id, p.value ->> 'price_class') then
                    holdfast.refuse('NOT_FOUND', 'The venue plan has no such price class.',
                        path || array['classPrices', (p.n - 1)::text, 'priceClass'])
            end as refusal) r
            where r.refusal is not null
            order by p.n limit 1)
    end;
end
$$;
comment on function inventory.guard_venue(jsonb, inventory.listing, inventory.slot, text[]) is 'Why a slot can''t have these seats and price classes; null when it can.';
