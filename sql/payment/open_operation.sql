create or replace function payment.open_operation(payment_id uuid, kind text, amount_minor bigint) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    with asked as (
        update payment.payment p
        set status = case open_operation.kind
                when 'AUTHORIZE' then 'AUTHORIZING' when 'CAPTURE' then 'CAPTURING' else p.status end,
            version = p.version + 1, updated_at = clock_timestamp()
        where p.id = open_operation.payment_id
        returning p.organiser_id, p.id, p.currency, p.gateway, p.attempts
    )
    insert into payment.operation (
        organiser_id, id, payment_id, gateway, kind, amount_minor, attempt, gateway_key, state, opened_at)
    select a.organiser_id, k.id, a.id,
           -- What follows an authorization is asked of the gateway that has it.
           case open_operation.kind when 'AUTHORIZE' then payment.route(a.currency) else a.gateway end,
           open_operation.kind, open_operation.amount_minor, a.attempts, 'hf-' || k.id, 'OPEN', clock_timestamp()
    from asked a cross join lateral (select holdfast.uuid_v7() as id where a.id is not null) k;
end
$$;
comment on function payment.open_operation(uuid, text, bigint) is 'Writes down the next call to the gateway, with its own idempotency key, before anybody makes it. The caller holds the payment''s lock.';
