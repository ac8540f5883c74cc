create or replace function outbox.mark(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    relay constant text := argument ->> 'relay';
    until constant timestamptz := clock_timestamp() + make_interval(secs => (argument ->> 'lease_seconds')::double precision);
    held jsonb;
begin
    perform from outbox.subject s
    join jsonb_to_recordset(argument -> 'done') d (kind text, id uuid) on s.kind = d.kind and s.id = d.id
    order by s.kind, s.id for update of s;
    -- What the broker has acknowledged is published, whoever holds the lease by now; but only who holds it goes on.
    with marked as (
        update outbox.subject s
        set published = greatest(s.published, d.sequence),
            lease_until = case when s.worker = relay then until else s.lease_until end,
            waits_since = case when s.lease_until is not null then clock_timestamp() end
        from (
            select t.kind, t.id, max(t.sequence) as sequence
            from jsonb_to_recordset(argument -> 'done') t (kind text, id uuid, sequence integer)
            group by t.kind, t.id
        ) d
        where s.kind = d.kind and s.id = d.id
        returning s.kind, s.id, s.published, s.worker
    )
    select jsonb_agg(jsonb_build_object('kind', m.kind, 'id', m.id, 'published', m.published)) into held
    from marked m where m.worker = relay;
    return query select * from outbox.next_events(coalesce(held, '[]'), (argument ->> 'events')::integer);
end
$$;
comment on function outbox.mark(jsonb) is 'Writes down what the broker has acknowledged, {done}: [{kind, id, sequence}]. Gives the next events of those that have more, like outbox.claim, under a lease of {lease_seconds} from now; the rest is let go.';
grant execute on function outbox.mark(jsonb) to holdfast_worker;
