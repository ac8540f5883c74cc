create or replace function saga.delay_message(msg_id bigint, read_ct integer, delay_ms bigint) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    update pgmq.q_saga m
    set vt = clock_timestamp() + make_interval(secs => delay_ms / 1000.0)
    where m.msg_id = delay_message.msg_id and m.read_ct = delay_message.read_ct;
end
$$;
comment on function saga.delay_message(bigint, integer, bigint) is 'Makes a message visible again after `delay_ms`, unless somebody has read it since.';
