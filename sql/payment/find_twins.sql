create or replace function payment.find_twins(lines payment.statement[]) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    update payment.statement t
    set verdict = 'ORPHANED'
    from unnest(lines) l
    join payment.operation o on o.id = l.operation_id
    where o.state = 'SUCCEEDED' and o.gateway_ref = l.reference
      and t.operation_id = o.id and t.kind = l.kind and t.gateway = l.gateway and t.reference <> l.reference
      and t.verdict in ('MATCHED', 'OVER', 'UNDER');
end
$$;
comment on function payment.find_twins(payment.statement[]) is 'What was listed before these lines under a key of theirs, and is not what our books name: the gateway did the same thing twice.';
