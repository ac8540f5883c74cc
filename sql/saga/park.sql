create or replace function saga.park(queue text, msg_id bigint, message jsonb, detail text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    perform pgmq.delete(park.queue, park.msg_id);
    perform saga.keep_message(park.queue, park.message, park.detail);
end
$$;
comment on function saga.park(text, bigint, jsonb, text) is 'Takes a message that means nothing off its queue and puts it in the operators'' inbox. The caller has read it in this transaction.';
