create or replace function payment.open_operations_of(payment_ids uuid[]) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return (
        select jsonb_object_agg(p.id, jsonb_build_object(
            'operation_id', o.id, 'operation', o.kind, 'gateway', o.gateway, 'gateway_key', o.gateway_key,
            'amount_minor', o.amount_minor, 'currency', p.currency, 'payment_method', p.method,
            'authorization', p."authorization", 'payment_id', p.id, 'opened_at', o.opened_at, 'failures', o.failures))
        from payment.payment p
        join payment.operation o on o.organiser_id = p.organiser_id and o.payment_id = p.id
        where p.id = any (payment_ids) and o.closed_at is null);
end
$$;
comment on function payment.open_operations_of(uuid[]) is 'The calls to gateways that are written down for payments and have no outcome yet, by payment.';
