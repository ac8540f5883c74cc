create or replace function payment.list_gateways(argument jsonb) returns setof jsonb
language sql stable security definer set search_path = '' as $$
    select jsonb_build_object(
        'code', g.code, 'weight', g.weight, 'currencies', g.currencies, 'paused_at', g.paused_at,
        'paused_by', g.paused_by, 'workers', (
            select coalesce(jsonb_agg(jsonb_build_object(
                'worker', h.worker, 'breaker', h.state, 'calls_allowed_at', h.calls_allowed_at,
                'reported_at', h.reported_at) order by h.worker), '[]')
            from payment.gateway_health h
            -- A report that is not renewed is of a worker that is gone.
            where h.gateway = g.code and h.reported_at > clock_timestamp() - interval '10 seconds'))
    from payment.gateway g
    order by g.code
$$;
comment on function payment.list_gateways(jsonb) is 'Every gateway: its share, whether it is paused, and what the breakers of the workers say of it.';
grant execute on function payment.list_gateways(jsonb) to holdfast_api;
alter function payment.list_gateways(jsonb) owner to holdfast_reader;
