create or replace function saga.queue_depth(argument jsonb) returns setof jsonb
language sql stable security definer set search_path = '' as $$
    select jsonb_build_object(
        'messages', count(*),
        'oldest_seconds', coalesce(extract(epoch from clock_timestamp() - min(m.enqueued_at))::bigint, 0))
    from pgmq.q_saga m
$$;
comment on function saga.queue_depth(jsonb) is 'Messages on the saga queue, and the age of the oldest in seconds.';
grant execute on function saga.queue_depth(jsonb) to holdfast_worker;
