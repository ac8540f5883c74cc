create or replace function outbox.renew(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    until constant timestamptz := clock_timestamp() + make_interval(secs => (argument ->> 'lease_seconds')::double precision);
begin
    -- What is locked is just being marked, with a new lease, or taken over. What has lapsed, or was handed back, is
    -- anybody's.
    update outbox.subject s
    set lease_until = until
    from (
        select m.kind, m.id from outbox.subject m
        join jsonb_to_recordset(argument -> 'subjects') n (kind text, id uuid) on m.kind = n.kind and m.id = n.id
        where m.worker = argument ->> 'relay' and m.lease_until > clock_timestamp()
        order by m.kind, m.id for update of m skip locked
    ) m
    where s.kind = m.kind and s.id = m.id;
    return;
end
$$;
comment on function outbox.renew(jsonb) is 'Keeps {subjects}, [{kind, id}], {relay}''s own for {lease_seconds} from now: it is still at it. What has lapsed stays so, and what it never heard that it has lapses.';
grant execute on function outbox.renew(jsonb) to holdfast_worker;
