create or replace function saga.set_queue_pause(command jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
    update saga.queue q
    set paused_at = case when (command ->> 'is_paused')::boolean then coalesce(q.paused_at, clock_timestamp()) end,
        paused_by = case when (command ->> 'is_paused')::boolean then coalesce(q.paused_by, command #>> '{actor,subject}') end,
        reason = case when (command ->> 'is_paused')::boolean then coalesce(command ->> 'reason', q.reason) end
    where q.queue = command ->> 'queue';
    return case when found then jsonb_build_object('id', null, 'refusal', null)
                else holdfast.refuse('NOT_FOUND', 'There is no such queue.', array['queue']) end;
end
$$;
comment on function saga.set_queue_pause(jsonb) is 'Pauses a queue, or lets it go on; the outcome of the command.';
