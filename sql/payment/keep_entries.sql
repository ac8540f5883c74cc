create or replace function payment.keep_entries(lines payment.statement[]) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    insert into payment.statement as s
    select l.gateway, l.reference, l.kind, l.operation_key, l."authorization", l.amount_minor, l.currency, l.happened_at,
           l.fetched_at, l.operation_id, l.verdict
    from unnest(lines) l
    on conflict (gateway, reference, kind) do update
    set amount_minor = excluded.amount_minor, currency = excluded.currency, operation_id = excluded.operation_id,
        verdict = excluded.verdict
    where (s.amount_minor, s.currency, s.operation_id, s.verdict) is distinct from
          (excluded.amount_minor, excluded.currency, excluded.operation_id, excluded.verdict);
end
$$;
comment on function payment.keep_entries(payment.statement[]) is 'Writes judged lines of a gateway''s list, in this order; what is listed as it is known changes nothing.';
