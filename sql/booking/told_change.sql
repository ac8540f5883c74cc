create or replace function booking.told_change(data jsonb, currency text) returns jsonb
language plpgsql immutable set search_path = '' as $$
declare
    amount constant jsonb := coalesce(data -> 'amountMinor', data -> 'refundMinor', data -> 'chargeMinor');
begin
    return jsonb_build_object(
        'amount', case when amount is not null
                       then jsonb_build_object('amount_minor', amount, 'currency', currency) end,
        'payment_number', data -> 'paymentNumber', 'operation', data -> 'operation', 'code', data -> 'code',
        'attempts_left', data -> 'attemptsLeft', 'change_id', data -> 'changeId', 'due_at', data -> 'dueAt');
end
$$;
comment on function booking.told_change(jsonb, text) is 'What an event itself says, of its data: the money it moved, granted or is about, and what else those outside may know.';
