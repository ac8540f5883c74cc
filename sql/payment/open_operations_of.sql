create or replace function payment.open_operations_of(payment_ids uuid[]) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return (
        select jsonb_object_agg(p.id, jsonb_build_object(
            'operation_id', o.id, 'operation', o.kind, 'gateway', o.gateway, 'gateway_key', o.gateway_key,
            'amount_minor', o.amount_minor, 'currency', p.currency, 'payment_method', p.method,
            'authorization', p."authorization", 'payment_id', p.id, 'opened_at', o.opened_at, 'failures', o.failures))
        -- Payment by payment: joined, all operations that are open would be read for each call, as long as a plan is kept that
        -- was made while there were hardly any. There is one for each payment at most.
        from unnest(payment_ids) asked (id)
        cross join lateral (select * from payment.payment p where p.id = asked.id limit 1) p
        cross join lateral (
            select * from payment.operation o
            where o.organiser_id = p.organiser_id and o.payment_id = p.id and o.closed_at is null limit 1) o);
end
$$;
comment on function payment.open_operations_of(uuid[]) is 'The calls to gateways that are written down for payments and have no outcome yet, by payment.';
