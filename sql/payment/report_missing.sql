create or replace function payment.report_missing(gateway text) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
    judged record;
begin
    select c.judged_until as since, least(c.complete_until, clock_timestamp() - interval '1 minute') as until
    into judged
    from payment.statement_cursor c where c.gateway = report_missing.gateway for update;
    if judged.since is null or judged.until <= judged.since then
        return 0;
    end if;
    update payment.statement_cursor c set judged_until = judged.until where c.gateway = report_missing.gateway;
    return saga.open_cases((
        select jsonb_agg(jsonb_build_object('source', 'RECONCILIATION', 'cause', 'MISSING', 'gateway', o.gateway,
            'reference', o.gateway_key, 'organiser_id', o.organiser_id, 'booking_id', p.booking_id,
            'safe_actions', '["RESOLVE"]'::jsonb,
            'detail', format('%s of %s %s, which the gateway named %s', o.kind, o.amount_minor,
                coalesce(p.currency, s.currency), o.gateway_ref)))
        from payment.operation o
        left join payment.payment p on p.organiser_id = o.organiser_id and p.id = o.payment_id
        left join payment.stray s on s.organiser_id = o.organiser_id and s.id = o.stray_id
        where o.state = 'SUCCEEDED' and o.closed_at >= judged.since and o.closed_at < judged.until
          and o.gateway = report_missing.gateway
          and not exists (select from payment.statement l where l.operation_id = o.id)));
end
$$;
comment on function payment.report_missing(text) is 'Opens a case for each operation that our books have as done, that is older than a minute, and that the gateway''s list does not have though it is complete; each is judged once. Gives how many there are.';
