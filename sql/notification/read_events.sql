create or replace function notification.read_events(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
    if exists (select from saga.queue q where q.queue = 'notification' and q.paused_at is not null) then
        return;
    end if;
    return query
    select jsonb_build_object('msg_id', m.msg_id, 'read_ct', m.read_ct, 'message', m.message)
    from pgmq.read('notification', (argument ->> 'lease_seconds')::integer, (argument ->> 'batch')::integer) m;
end
$$;
comment on function notification.read_events(jsonb) is 'Up to {batch} events off the queue that stands for a broker where there is none, and that operators send events back to, for {lease_seconds}: {msg_id, read_ct, message}. Nothing while it is paused.';
grant execute on function notification.read_events(jsonb) to holdfast_worker;
