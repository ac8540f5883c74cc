create or replace function payment.report_health(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    now constant timestamptz := clock_timestamp();
begin
    insert into payment.gateway_health as h (gateway, worker, state, calls_allowed_at, reported_at)
    select g.code, argument ->> 'worker', r.state, now + make_interval(secs => r.retry_after_ms / 1000.0), now
    from jsonb_to_recordset(argument -> 'gateways') r (code text, state text, retry_after_ms bigint)
    join payment.gateway g on g.code = r.code
    order by g.code
    on conflict on constraint gateway_health_pkey do update
    set state = excluded.state, calls_allowed_at = excluded.calls_allowed_at, reported_at = excluded.reported_at;

    -- Workers that are gone leave nothing behind.
    delete from payment.gateway_health h
    where (h.gateway, h.worker) in (
        select o.gateway, o.worker from payment.gateway_health o
        where o.reported_at < now - interval '1 hour' for update skip locked);
    return next to_jsonb(true);
end
$$;
comment on function payment.report_health(jsonb) is 'Writes down how the gateways are, seen from one worker: {worker, gateways: [{code, state, retry_after_ms}]}. Counts for 10 seconds.';
grant execute on function payment.report_health(jsonb) to holdfast_worker;
