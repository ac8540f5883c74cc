create or replace function payment.case_of(line payment.statement) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
    ours record;
begin
    select o.organiser_id, p.booking_id, o.amount_minor, o.state, coalesce(p.currency, s.currency) as currency into ours
    from payment.operation o
    left join payment.payment p on p.organiser_id = o.organiser_id and p.id = o.payment_id
    left join payment.stray s on s.organiser_id = o.organiser_id and s.id = o.stray_id
    where o.id = line.operation_id;
    return jsonb_build_object('source', 'RECONCILIATION', 'gateway', line.gateway, 'reference', line.reference,
        'cause', case line.verdict when 'ORPHANED' then 'ORPHANED' else 'AMOUNT' end,
        'organiser_id', ours.organiser_id, 'booking_id', ours.booking_id, 'safe_actions', '["RESOLVE"]'::jsonb,
        'detail', format('%s of %s %s; by our books %s', line.kind, line.amount_minor, line.currency,
            coalesce(ours.amount_minor || ' ' || ours.currency || ', ' || ours.state, 'nothing')));
end
$$;
comment on function payment.case_of(payment.statement) is 'The operator''s case of a line that differs and that nothing can be done about by itself.';
