create or replace function booking.guard_line(
    wish jsonb, actor jsonb, quantity numeric, organiser_id uuid, admission text, plan jsonb, currency text,
    path text[])
returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
    return case
        when organiser_id is null
             or (actor ->> 'role' not in ('CUSTOMER', 'SYSTEM') and not holdfast.may_act_for(actor, organiser_id)) then
            holdfast.refuse('NOT_FOUND', 'There is no such slot.', path || array['slotId'])
        when quantity is null or quantity not between 1 and 1000 or quantity <> trunc(quantity) then
            holdfast.refuse('INVALID_QUANTITY', 'A line takes 1 to 1000 places.', path || array['quantity'])
        when plan is null then
            holdfast.refuse('NOT_FOUND', 'The listing has no such rate plan.', path || array['ratePlan'])
        when wish ->> 'unit_price_minor' is not null and actor ->> 'role' = 'CUSTOMER' then
            holdfast.refuse('NOT_ALLOWED', 'Customers do not name prices.', path || array['unitPrice'])
        when (wish ->> 'unit_price_minor')::numeric not between 0 and 100000000000 then
            holdfast.refuse('INVALID_PRICE', 'A price is at least 0 and not that large.', path || array['unitPrice'])
        when wish ->> 'unit_price_currency' <> currency then
            holdfast.refuse('CURRENCY_MISMATCH', format('This listing is sold in %s.', currency),
                path || array['unitPrice', 'currencyCode'])
        when admission = 'QUOTA'
             and coalesce(wish ->> 'seats', wish ->> 'section', wish ->> 'price_class') is not null then
            holdfast.refuse('INVALID_INPUT', 'The places of this slot are not seats.', path || array['slotId'])
        when wish ->> 'seats' is not null then booking.guard_choice(wish, quantity, path)
    end;
end
$$;
comment on function booking.guard_line(jsonb, jsonb, numeric, uuid, text, jsonb, text, text[]) is 'Why a line can''t be sold to this actor as it was asked for, whatever is free; null when it can.';
