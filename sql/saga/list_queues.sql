create or replace function saga.list_queues(argument jsonb) returns setof jsonb
language sql stable security definer set search_path = '' as $$
    select d || jsonb_build_object('paused_at', q.paused_at, 'paused_by', q.paused_by, 'reason', q.reason)
    from saga.queue_depths('null') d
    join saga.queue q on q.queue = d ->> 'queue'
    order by q.queue
$$;
comment on function saga.list_queues(jsonb) is 'Every queue: how much waits on it, and who has paused it.';
grant execute on function saga.list_queues(jsonb) to holdfast_api;
alter function saga.list_queues(jsonb) owner to holdfast_reader;
