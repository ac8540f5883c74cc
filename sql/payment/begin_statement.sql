create or replace function payment.begin_statement(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
    insert into payment.statement_cursor (gateway)
    select g.code from payment.gateway g where g.code = argument ->> 'gateway'
    on conflict do nothing;
    return query
    with taken as (
        select c.gateway from payment.statement_cursor c
        where c.gateway = argument ->> 'gateway'
          and (c.worker = argument ->> 'worker' or c.lease_until is null or c.lease_until < clock_timestamp())
        for update skip locked
    )
    update payment.statement_cursor c
    set worker = argument ->> 'worker',
        lease_until = clock_timestamp() + make_interval(secs => (argument ->> 'lease_seconds')::integer)
    from taken t where c.gateway = t.gateway
    returning jsonb_build_object('cursor', c.cursor);
end
$$;
comment on function payment.begin_statement(jsonb) is 'Gives {worker} the list of {gateway} to read for {lease_seconds}, and {cursor}, how far it was read; no row while another worker reads it, or when the gateway is not registered.';
grant execute on function payment.begin_statement(jsonb) to holdfast_worker;
