create or replace function payment.find_twins(lines payment.statement[]) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    -- By operation, and in this order: by gateway, each line would be held against all that the gateway ever listed.
    with listed as materialized (
        select t.gateway, t.reference, t.kind, t.operation_id from payment.statement t
        where t.operation_id = any (array(select l.operation_id from unnest(lines) l))
          and t.verdict in ('MATCHED', 'OVER', 'UNDER')
    ), twin as materialized (
        select t.*, o.gateway_ref as ours from listed t
        join payment.operation o on o.id = t.operation_id
        where o.state = 'SUCCEEDED' and o.gateway_ref <> t.reference
    )
    update payment.statement t
    set verdict = 'ORPHANED'
    from twin w
    where t.gateway = w.gateway and t.reference = w.reference and t.kind = w.kind
      and (w.gateway, w.ours, w.kind, w.operation_id) in (
          select l.gateway, l.reference, l.kind, l.operation_id from unnest(lines) l);
end
$$;
comment on function payment.find_twins(payment.statement[]) is 'What was listed before these lines under a key of theirs, and is not what our books name: the gateway did the same thing twice.';
