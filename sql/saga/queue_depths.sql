create or replace function saga.queue_depths(argument jsonb) returns setof jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
    of_queue text;
begin
    for of_queue in select q.queue from saga.queue q order by q.queue loop
        return query execute format($q$
            select jsonb_build_object('queue', %L, 'messages', count(*), 'oldest_seconds',
                coalesce(extract(epoch from clock_timestamp() - min(m.enqueued_at))::bigint, 0))
            from pgmq.%I m $q$, of_queue, 'q_' || of_queue);
    end loop;
end
$$;
comment on function saga.queue_depths(jsonb) is 'Of each queue: {queue, messages, oldest_seconds}, the age of its oldest message.';
grant execute on function saga.queue_depths(jsonb) to holdfast_worker;
grant execute on function saga.queue_depths(jsonb) to holdfast_reader;
