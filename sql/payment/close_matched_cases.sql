create or replace function payment.close_matched_cases(lines payment.statement[]) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    perform saga.close_cases((
        select jsonb_agg(jsonb_build_object('source', 'RECONCILIATION', 'cause', c.cause, 'gateway', l.gateway,
            'reference', c.reference, 'note', 'the gateway lists it by now as our books have it'))
        from unnest(lines) l
        left join payment.operation o on o.id = l.operation_id
        cross join lateral (values
            ('MISSING', o.gateway_key), ('AMOUNT', l.reference), ('ORPHANED', l.reference)) c (cause, reference)
        where l.operation_id is not null and (c.cause = 'MISSING' or l.verdict = 'MATCHED')), 'reconciliation');
end
$$;
comment on function payment.close_matched_cases(payment.statement[]) is 'Closes the cases of what was missing and is listed now, and of what differed and agrees now.';
