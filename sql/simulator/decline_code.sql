create or replace function simulator.decline_code(entry simulator.ledger) returns text
language plpgsql stable set search_path = '' as $$
begin
    return (select case
        -- Tokens are named as Stripe names its test methods.
        when entry.operation = 'AUTHORIZE' then case
            when entry.payment_method = 'pm_card_chargeDeclined' then 'card_declined'
            when entry.payment_method = 'pm_card_chargeDeclinedInsufficientFunds' then 'insufficient_funds'
            when entry.payment_method = 'pm_card_chargeDeclinedExpiredCard' then 'expired_card'
            when entry.payment_method in ('pm_card_visa', 'pm_card_mastercard', 'pm_card_amex')
                 or entry.payment_method like 'pm\_sim\_%' then null
            else 'no_such_payment_method' end
        when entry.operation = 'CAPTURE' and entry.payment_method = 'pm_sim_captureDeclined' then 'capture_declined'
        when entry.operation in ('CAPTURE', 'VOID') and exists (
            select from simulator.ledger l
            where l."authorization" = entry."authorization" and l.operation in ('CAPTURE', 'VOID')
              and l.reference is not null) then 'authorization_closed'
        when not exists (
            select from simulator.ledger l
            where l.reference = entry."authorization" and l.operation = 'AUTHORIZE') then 'no_such_authorization'
        when entry.operation = 'REFUND' and entry.amount_minor > (
            select sum(case l.operation when 'CAPTURE' then l.amount_minor when 'REFUND' then -l.amount_minor else 0 end)
            from simulator.ledger l
            where l."authorization" = entry."authorization" and l.reference is not null) then 'amount_too_large'
    end);
end
$$;
comment on function simulator.decline_code(simulator.ledger) is 'Why the simulated gateway refuses an operation; null when it does it.';
