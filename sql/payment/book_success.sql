create or replace function payment.book_success(operation_id uuid)
returns table (event_type text, data jsonb, amount_minor bigint)
language plpgsql volatile security definer set search_path = '' as $$
declare
    done payment.operation;
    moved payment.payment;
begin
    select * into done from payment.operation o where o.id = book_success.operation_id and o.state = 'SUCCEEDED';
    update payment.payment p
    set "authorization" = case when done.kind = 'AUTHORIZE' then done.gateway_ref else p."authorization" end,
        gateway = case when done.kind = 'AUTHORIZE' then done.gateway else p.gateway end,
        authorization_expires_at = case when done.kind = 'AUTHORIZE'
            then coalesce(done.expires_at, clock_timestamp() + interval '7 days') else p.authorization_expires_at end,
        captured_minor = p.captured_minor + case when done.kind = 'CAPTURE' then done.amount_minor else 0 end,
        refunded_minor = p.refunded_minor + case when done.kind = 'REFUND' then done.amount_minor else 0 end,
        status = case done.kind
            when 'AUTHORIZE' then 'AUTHORIZED'
            when 'CAPTURE' then 'CAPTURED'
            when 'VOID' then 'VOIDED'
            when 'REFUND' then case when p.refunded_minor + done.amount_minor = p.captured_minor
                                    then 'REFUNDED' else 'PARTIALLY_REFUNDED' end
            end,
        failure = null, version = p.version + 1, updated_at = clock_timestamp()
    where p.organiser_id = done.organiser_id and p.id = done.payment_id
    returning * into moved;

    return query select
        'payment.' || case done.kind when 'AUTHORIZE' then 'authorized' when 'CAPTURE' then 'captured'
                                     when 'VOID' then 'voided' else 'refunded' end,
        jsonb_build_object('amountMinor', done.amount_minor, 'currency', moved.currency) || payment.event_data(moved),
        moved.amount_minor;
end
$$;
comment on function payment.book_success(uuid) is 'Moves a payment by the operation that just succeeded; an authorization holds for 7 days unless its gateway says otherwise. Gives the event to record, and what the payment is about.';
