create or replace function payment.set_gateway_pause(command jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
    update payment.gateway g
    set paused_at = case when (command ->> 'is_paused')::boolean then coalesce(g.paused_at, clock_timestamp()) end,
        paused_by = case when (command ->> 'is_paused')::boolean then coalesce(g.paused_by, command #>> '{actor,subject}') end
    where g.code = command ->> 'gateway';
    return case when found then jsonb_build_object('id', null, 'refusal', null)
                else holdfast.refuse('NOT_FOUND', 'There is no such gateway.', array['gateway']) end;
end
$$;
comment on function payment.set_gateway_pause(jsonb) is 'Pauses a gateway, or lets it go on; the outcome of the command.';
