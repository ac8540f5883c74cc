create or replace function outbox.put_off(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    until constant timestamptz := clock_timestamp() + make_interval(secs => (argument ->> 'delay_seconds')::double precision);
begin
    update outbox.subject s
    -- Nobody's: whoever holds others would renew it with them, or hand it back at once.
    set worker = 'put off', lease_until = until
    from (
        select p.kind, p.id from outbox.subject p
        join jsonb_to_recordset(argument -> 'subjects') n (kind text, id uuid) on p.kind = n.kind and p.id = n.id
        where p.worker = argument ->> 'relay'
        order by p.kind, p.id for update of p
    ) p
    where s.kind = p.kind and s.id = p.id;
    return;
end
$$;
comment on function outbox.put_off(jsonb) is 'Lets go of those of {subjects}, [{kind, id}], that {relay} has, and keeps everybody from them for {delay_seconds}: the broker does not take their events for now.';
grant execute on function outbox.put_off(jsonb) to holdfast_worker;
