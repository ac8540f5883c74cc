create or replace function payment.match_entry(line payment.statement) returns uuid
language plpgsql stable security definer set search_path = '' as $$
declare
    found uuid;
begin
    select o.id into found from payment.operation o
    where o.gateway_key = line.operation_key and o.gateway = line.gateway and o.kind = line.kind;
    if found is null then
        select o.id into found from payment.operation o
        where o.gateway_ref = line.reference and o.gateway = line.gateway and o.kind = line.kind;
    end if;
    -- Some gateways keep no key of what they do to an authorization: there is one capture of it, and one void.
    if found is null and line.operation_key is null and line.kind in ('CAPTURE', 'VOID') then
        select o.id into found
        from (
            select a.payment_id, null::uuid as stray_id from payment.operation a
            where a.gateway_ref = line."authorization" and a.gateway = line.gateway and a.kind = 'AUTHORIZE'
              and a.payment_id is not null
            union all
            select null, s.id from payment.stray s
            where s.gateway = line.gateway and s.reference = line."authorization"
        ) of_it
        join payment.operation o on o.payment_id = of_it.payment_id or o.stray_id = of_it.stray_id
        where o.kind = line.kind and o.gateway = line.gateway
        order by o.state = 'SUCCEEDED' desc, o.closed_at is null desc, o.id desc
        limit 1;
    end if;
    return found;
end
$$;
comment on function payment.match_entry(payment.statement) is 'The operation of ours that a line of a gateway''s list is about; null when it is about none.';
