create or replace function payment.open_operation_of(payment_id uuid) returns setof jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    select jsonb_build_object(
        'operation_id', o.id, 'operation', o.kind, 'gateway_key', o.gateway_key, 'amount_minor', o.amount_minor,
        'currency', p.currency, 'payment_method', p.method, 'authorization', p."authorization",
        'failures', o.failures, 'unknowns', o.unknowns)
    from payment.payment p
    join payment.operation o on o.organiser_id = p.organiser_id and o.payment_id = p.id
    where p.id = open_operation_of.payment_id and o.closed_at is null;
end
$$;
comment on function payment.open_operation_of(uuid) is 'The call to the gateway that is written down for a payment and has no outcome yet.';
