create or replace function payment.differences()
returns table (
    id text, organiser_id uuid, booking_id uuid, gateway text, reference text, kind text, operation_key text,
    verdict text, handling text, amount_minor bigint, expected_minor bigint, currency text, happened_at timestamptz,
    found_at timestamptz)
language plpgsql stable set search_path = '' as $$
begin
    return query
    select concat_ws('/', l.gateway, l.reference, l.kind), o.organiser_id, p.booking_id, l.gateway, l.reference, l.kind,
           l.operation_key, l.verdict, payment.handling_of(l), l.amount_minor,
           case when o.state = 'SUCCEEDED' and l.verdict <> 'ORPHANED' then o.amount_minor else 0 end, l.currency,
           l.happened_at, l.fetched_at
    from payment.statement l
    left join payment.operation o on o.id = l.operation_id
    left join payment.payment p on p.organiser_id = o.organiser_id and p.id = o.payment_id
    where l.verdict <> 'MATCHED'
    union all
    select concat_ws('/', c.gateway, c.reference), o.organiser_id, p.booking_id, c.gateway, o.gateway_ref, o.kind,
           o.gateway_key, 'MISSING', case c.state when 'OPEN' then 'CASE' else 'RESOLVED' end, 0, o.amount_minor,
           coalesce(p.currency, s.currency), o.closed_at, c.opened_at
    from saga.cases_of('RECONCILIATION', 'MISSING') c
    join payment.operation o on o.gateway_key = c.reference
    left join payment.payment p on p.organiser_id = o.organiser_id and p.id = o.payment_id
    left join payment.stray s on s.organiser_id = o.organiser_id and s.id = o.stray_id
    where not exists (select from payment.statement l where l.operation_id = o.id);
end
$$;
comment on function payment.differences() is 'What the gateways'' lists and our books do not have alike, and what is done about it: lines that differ, and operations that are missing.';
grant execute on function payment.differences() to holdfast_reader;
