create or replace function outbox.claim(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    wanted constant text := argument ->> 'queue';
    until constant timestamptz := clock_timestamp() + make_interval(secs => (argument ->> 'lease_seconds')::double precision);
    taken jsonb;
    lapsed jsonb;
begin
    if exists (select from saga.queue q where q.queue = wanted and q.paused_at is not null) then
        return;
    end if;
    -- From here on the lease stands for the message: both change hands in one transaction. What another relay holds stays
    -- his: before he lets go of it he looks whether more has come.
    with held as (
        insert into outbox.subject as s (organiser_id, kind, id, worker, lease_until, waits_since)
        select w.organiser_id, w.kind, w.id, argument ->> 'relay', until, clock_timestamp()
        from (select distinct t.* from outbox.take_word(wanted, (argument ->> 'subjects')::integer) t) w
        order by w.kind, w.id
        on conflict (kind, id) do update set worker = excluded.worker, lease_until = excluded.lease_until,
            waits_since = coalesce(s.waits_since, excluded.waits_since)
        where s.lease_until is null or s.lease_until < clock_timestamp()
        returning s.kind, s.id, s.published
    )
    select jsonb_agg(to_jsonb(h)) into taken from held h;

    -- Two statements, so that nobody waits for rows while he holds others out of their order.
    with held as (
        update outbox.subject s
        set worker = argument ->> 'relay', lease_until = until
        from (
            select l.kind, l.id from outbox.subject l
            where l.lease_until < clock_timestamp() and (l.kind = 'SLOT') = (wanted = 'outbox_slot')
            order by l.lease_until limit (argument ->> 'lapsed')::integer for update skip locked
        ) l
        where s.kind = l.kind and s.id = l.id
        returning s.kind, s.id, s.published
    )
    select jsonb_agg(to_jsonb(h)) into lapsed from held h;

    return query
    select * from outbox.next_events(coalesce(taken, '[]') || coalesce(lapsed, '[]'), (argument ->> 'events')::integer);
end
$$;
comment on function outbox.claim(jsonb) is 'Gives {relay} about {subjects} of those whom messages of {queue} name, and up to {lapsed} whose lease has lapsed, to itself for {lease_seconds}; and of each up to {events} events after the last one published: {kind, id, sequence, document}, each one''s in order. Nothing while the queue is paused.';
grant execute on function outbox.claim(jsonb) to holdfast_worker;
