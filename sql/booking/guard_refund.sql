create or replace function booking.guard_refund(command jsonb, target booking.booking) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
    amount constant bigint := command ->> 'amount_minor';
    paid constant bigint := payment.held(target.id);
begin
    return case
        when command #>> '{actor,role}' <> 'OPERATOR' then
            holdfast.refuse('NOT_ALLOWED', 'Only operators grant refunds.', array['bookingId'], target.id)
        when target.status = 'PENDING' then
            holdfast.refuse('INVALID_STATE', 'Nothing is paid yet.', array['bookingId'], target.id)
        when command ->> 'currency' <> target.currency then
            holdfast.refuse('CURRENCY_MISMATCH', format('The booking is in %s.', target.currency),
                array['amount', 'currencyCode'], target.id)
        when amount <= 0 then
            holdfast.refuse('INVALID_PRICE', 'A refund is more than nothing.', array['amount'], target.id)
        when coalesce(amount, 1) > least(target.owed_minor, coalesce(paid, 0)) then
            holdfast.refuse('AMOUNT_TOO_LARGE', 'That is more than was paid and not given back yet.', array['amount'],
                target.id)
    end;
end
$$;
comment on function booking.guard_refund(jsonb, booking.booking) is 'Why this refund can''t be granted; null when it can.';
