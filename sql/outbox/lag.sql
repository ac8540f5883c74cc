create or replace function outbox.lag(argument jsonb) returns setof jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    with waiting as (
        select 'outbox' as queue, m.enqueued_at as since from pgmq.q_outbox m
        union all
        select 'outbox_slot', m.enqueued_at from pgmq.q_outbox_slot m
        union all
        select case s.kind when 'SLOT' then 'outbox_slot' else 'outbox' end, coalesce(
            case s.kind when 'BOOKING' then booking.occurred_at(s.organiser_id, s.id, s.published + 1)
                when 'DELIVERY' then notification.occurred_at(s.organiser_id, s.id, s.published + 1)
                -- A state is made when it is told.
                end, s.waits_since)
        from outbox.subject s
        where s.lease_until is not null
    )
    select jsonb_build_object('queue', q.queue, 'waiting', count(w.since), 'oldest_seconds',
        greatest(0, coalesce(extract(epoch from clock_timestamp() - min(w.since)), 0)))
    from (values ('outbox'), ('outbox_slot')) q (queue)
    left join waiting w on w.queue = q.queue
    group by q.queue order by q.queue;
end
$$;
comment on function outbox.lag(jsonb) is 'Of each queue of the outbox: {queue, waiting, oldest_seconds}, messages and subjects under way together.';
grant execute on function outbox.lag(jsonb) to holdfast_worker, holdfast_reader;
