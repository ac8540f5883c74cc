create or replace function payment.find_twins(lines payment.statement[]) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    -- Looked up by operation: by gateway, each line would be held against all that the gateway ever listed.
    update payment.statement t
    set verdict = 'ORPHANED'
    from payment.operation o
    where t.operation_id = any (array(select l.operation_id from unnest(lines) l))
      and o.id = t.operation_id and o.state = 'SUCCEEDED' and t.reference <> o.gateway_ref
      and t.verdict in ('MATCHED', 'OVER', 'UNDER')
      and exists (
          select from unnest(lines) l
          where l.operation_id = o.id and l.reference = o.gateway_ref and l.kind = t.kind and l.gateway = t.gateway);
end
$$;
comment on function payment.find_twins(payment.statement[]) is 'What was listed before these lines under a key of theirs, and is not what our books name: the gateway did the same thing twice.';
