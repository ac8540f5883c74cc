create or replace function payment.open_operation_of(payment_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return (
        select jsonb_build_object(
        'operation_id', o.id, 'operation', o.kind, 'gateway', o.gateway, 'gateway_key', o.gateway_key,
        'amount_minor', o.amount_minor, 'currency', p.currency, 'payment_method', p.method,
        'authorization', p."authorization", 'payment_id', p.id, 'opened_at', o.opened_at, 'failures', o.failures)
    from payment.payment p
    join payment.operation o on o.organiser_id = p.organiser_id and o.payment_id = p.id
    where p.id = open_operation_of.payment_id and o.closed_at is null);
end
$$;
comment on function payment.open_operation_of(uuid) is 'The call to the gateway that is written down for a payment and has no outcome yet; null when there is none.';
