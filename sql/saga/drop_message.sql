create or replace function saga.drop_message(msg_id bigint, read_ct integer) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    -- pgmq's own delete matches the id alone: a worker that was paused past its lease could delete what another holds.
    delete from pgmq.q_saga m where m.msg_id = drop_message.msg_id and m.read_ct = drop_message.read_ct;
end
$$;
comment on function saga.drop_message(bigint, integer) is 'Deletes a message, unless somebody has read it since.';
