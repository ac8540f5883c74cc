create or replace function payment.open_stray_operation_of(stray_id uuid) returns setof jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    select jsonb_build_object(
        'operation_id', o.id, 'operation', o.kind, 'gateway', o.gateway, 'gateway_key', o.gateway_key,
        'amount_minor', o.amount_minor, 'currency', s.currency, 'payment_method', null,
        'authorization', coalesce(l."authorization", s.reference), 'payment_id', null, 'opened_at', o.opened_at)
    from payment.stray s
    join payment.operation o on o.organiser_id = s.organiser_id and o.stray_id = s.id
    left join payment.statement l on l.gateway = s.gateway and l.reference = s.reference and l.kind = s.kind
    where s.id = open_stray_operation_of.stray_id and o.closed_at is null;
end
$$;
comment on function payment.open_stray_operation_of(uuid) is 'The call to the gateway that is written down for stray money and has no outcome yet.';
