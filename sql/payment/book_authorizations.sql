create or replace function payment.book_authorizations(operation_ids uuid[])
returns table (booking_id uuid, data jsonb)
language plpgsql volatile security definer set search_path = '' as $$
begin
    -- Two changes of each payment at once: it is authorized, and its capture is written down.
    update payment.payment p
    set "authorization" = o.gateway_ref, gateway = o.gateway,
        authorization_expires_at = coalesce(o.expires_at, clock_timestamp() + interval '7 days'),
        status = 'CAPTURING', failure = null, version = p.version + 2, updated_at = clock_timestamp()
    from payment.operation o
    where o.id = any (operation_ids) and o.kind = 'AUTHORIZE'
      and p.organiser_id = o.organiser_id and p.id = o.payment_id;

    insert into payment.operation (
        organiser_id, id, payment_id, gateway, kind, amount_minor, attempt, gateway_key, state, opened_at)
    select p.organiser_id, k.id, p.id, p.gateway, 'CAPTURE', p.amount_minor, p.attempts, 'hf-' || k.id, 'OPEN',
           clock_timestamp()
    from payment.operation o
    join payment.payment p on p.organiser_id = o.organiser_id and p.id = o.payment_id
    cross join lateral (select holdfast.uuid_v7() as id where p.id is not null) k
    where o.id = any (operation_ids) and o.kind = 'AUTHORIZE';

    return query
    select p.booking_id,
           jsonb_build_object('amountMinor', o.amount_minor, 'currency', p.currency) || payment.event_data(p)
    from payment.operation o
    join payment.payment p on p.organiser_id = o.organiser_id and p.id = o.payment_id
    where o.id = any (operation_ids) and o.kind = 'AUTHORIZE';
end
$$;
comment on function payment.book_authorizations(uuid[]) is 'payment.book_success for many authorizations that payment.close_done has just closed, and payment.open_operation for their captures; gives the data of the events to record.';
