create or replace function payment.book_refusal(payment_id uuid, operation_kind text, code text)
returns table (amount_minor bigint, attempts_left integer, data jsonb)
language plpgsql volatile security definer set search_path = '' as $$
begin
    return query
    update payment.payment p
    set status = case operation_kind when 'AUTHORIZE' then 'REQUIRES_METHOD' else 'AUTHORIZED' end,
        failure = code, version = p.version + 1, updated_at = clock_timestamp()
    where p.id = book_refusal.payment_id
    -- The charge of a change is tried once: whoever is declined asks for the change again.
    returning p.amount_minor, case when p.number = 1 then 3 - p.attempts else 0 end, payment.event_data(p);
end
$$;
comment on function payment.book_refusal(uuid, text, text) is 'Notes that the gateway refused an authorization or a capture for good; a booking has three attempts, a change one.';
