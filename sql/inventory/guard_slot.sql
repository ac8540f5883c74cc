create or replace function inventory.guard_slot(draft jsonb, currency text, path text[]) returns jsonb
language plpgsql immutable set search_path = '' as $$
declare
    starts_at constant timestamptz := draft ->> 'starts_at';
    ends_at constant timestamptz := draft ->> 'ends_at';
    sale_opens_at constant timestamptz := draft ->> 'sale_opens_at';
    sale_closes_at constant timestamptz := draft ->> 'sale_closes_at';
    -- Further out a moment less a sales window is one that other systems can't say: the row would be there and unreadable.
    first constant timestamptz := '2000-01-01T00:00:00Z';
    last constant timestamptz := '2200-01-01T00:00:00Z';
begin
    return case
        when starts_at not between first and last then
            holdfast.refuse('INVALID_INPUT', 'A slot is between the years 2000 and 2200.', path || array['startsAt'])
        when ends_at not between first and last then
            holdfast.refuse('INVALID_INPUT', 'A slot is between the years 2000 and 2200.', path || array['endsAt'])
        when sale_opens_at not between first and last then
            holdfast.refuse('INVALID_INPUT', 'A sale is between the years 2000 and 2200.', path || array['saleOpensAt'])
        when sale_closes_at not between first and last then
            holdfast.refuse('INVALID_INPUT', 'A sale is between the years 2000 and 2200.', path || array['saleClosesAt'])
        when ends_at <= starts_at then
            holdfast.refuse('INVALID_INPUT', 'A slot ends after it starts.', path || array['endsAt'])
        when draft ->> 'currency' <> currency then
            holdfast.refuse('CURRENCY_MISMATCH', format('This listing is sold in %s.', currency),
                path || array['price', 'currencyCode'])
        when (draft ->> 'price_minor')::numeric not between 0 and 10000000000 then
            holdfast.refuse('INVALID_PRICE', 'A price is at least 0 and not that large.', path || array['price'])
        when (draft ->> 'capacity')::numeric not between 0 and 1000000 then
            holdfast.refuse('INVALID_QUANTITY', 'A slot has 0 to 1000000 places.', path || array['capacity'])
        when (draft ->> 'capacity' is null) = (draft ->> 'venue_plan_id' is null) then
            holdfast.refuse('INVALID_INPUT', 'A slot has either a capacity or the seats of a venue plan.',
                path || array['capacity'])
        when sale_opens_at >= sale_closes_at then
            holdfast.refuse('INVALID_INPUT', 'Sale opens before it closes.', path || array['saleClosesAt'])
        when sale_closes_at > ends_at then
            holdfast.refuse('INVALID_INPUT', 'Sale closes before the slot ends.', path || array['saleClosesAt'])
    end;
end
$$;
comment on function inventory.guard_slot(jsonb, text, text[]) is 'Why a slot can''t be as it was asked for, whatever there is already; null when it can.';
