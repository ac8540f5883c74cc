create or replace function payment.book_success(operation_id uuid)
returns table (event_type text, data jsonb, amount_minor bigint, refundable_minor bigint)
language plpgsql volatile security definer set search_path = '' as $$
begin
    return query
    with done as (
        select o.* from payment.operation o where o.id = book_success.operation_id and o.state = 'SUCCEEDED'
    ), booked as (
        update payment.payment p
        set "authorization" = case when d.kind = 'AUTHORIZE' then d.gateway_ref else p."authorization" end,
            captured_minor = p.captured_minor + case when d.kind = 'CAPTURE' then d.amount_minor else 0 end,
            refunded_minor = p.refunded_minor + case when d.kind = 'REFUND' then d.amount_minor else 0 end,
            status = case d.kind
                when 'AUTHORIZE' then 'AUTHORIZED'
                when 'CAPTURE' then 'CAPTURED'
                when 'VOID' then 'VOIDED'
                when 'REFUND' then case when p.refunded_minor + d.amount_minor = p.captured_minor
                                        then 'REFUNDED' else 'PARTIALLY_REFUNDED' end
                end,
            failure = null, version = p.version + 1, updated_at = clock_timestamp()
        from done d
        where p.organiser_id = d.organiser_id and p.id = d.payment_id
        returning p.*, d.kind, d.amount_minor as done_minor
    )
    select 'payment.' || case b.kind when 'AUTHORIZE' then 'authorized' when 'CAPTURE' then 'captured'
                                     when 'VOID' then 'voided' else 'refunded' end,
           jsonb_build_object('amountMinor', b.done_minor, 'currency', b.currency),
           b.amount_minor, b.captured_minor - b.refunded_minor - booking.owed(b.organiser_id, b.booking_id)
    from booked b;
end
$$;
comment on function payment.book_success(uuid) is 'Moves a payment by the operation that just succeeded. Gives the event to record and what was captured beyond what is owed.';
