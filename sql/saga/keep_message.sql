create or replace function saga.keep_message(queue text, message jsonb, detail text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    insert into saga.dead_letter (id, source, cause, queue, message, detail, safe_actions)
    values (holdfast.uuid_v7(), 'MESSAGE', 'POISON', keep_message.queue, keep_message.message,
            left(keep_message.detail, 2000), array['RETRY', 'RESOLVE']);
end
$$;
comment on function saga.keep_message(text, jsonb, text) is 'Puts a message that could not be worked in the operators'' inbox; redriven, it goes to that queue.';
