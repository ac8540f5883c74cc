create or replace function payment.book_refusal(booking_id uuid, operation_kind text, code text)
returns table (payment_id uuid, amount_minor bigint, attempts_left integer)
language sql volatile security definer set search_path = '' as $$
    update payment.payment p
    set status = case operation_kind when 'AUTHORIZE' then 'REQUIRES_METHOD' else 'AUTHORIZED' end,
        failure = code, version = p.version + 1, updated_at = clock_timestamp()
    where p.booking_id = book_refusal.booking_id
    returning p.id, p.amount_minor, 3 - p.attempts
$$;
comment on function payment.book_refusal(uuid, text, text) is 'Notes that the gateway refused an authorization or a capture for good; a booking has three attempts.';
