create or replace function saga.go_on_plain(plain jsonb, going_on jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    messages jsonb;
    claims jsonb;
    ids bigint[];
begin
    if plain is null then
        return null;
    end if;
    if jsonb_typeof(going_on) = 'object'
       and not exists (select from saga.queue q where q.queue = 'saga' and q.paused_at is not null) then
        select jsonb_agg(jsonb_build_object(
                   'msg_id', p -> 'msg_id', 'read_ct', p -> 'read_ct',
                   'message', jsonb_build_object('saga_id', p -> 'saga_id')))
        into messages
        from jsonb_array_elements(plain) p where p ->> 'step' = 'authorize';
        -- Their messages stay as they are. One whose time comes before this lease is over is put off until then.
        claims := saga.claim_calls(messages, going_on);
        select jsonb_object_agg(c ->> 'saga_id', c), array_agg((c ->> 'msg_id')::bigint) into claims, ids
        from jsonb_array_elements(claims) c;
    end if;
    perform saga.pass_messages(plain, ids);
    return claims;
end
$$;
comment on function saga.go_on_plain(jsonb, jsonb) is 'Claims the next steps of saga.plain_outcomes for the worker that has recorded them, as saga.claim_steps does, or leaves them to whoever reads their messages; gives the claims by saga. Nothing is claimed while the queue is paused, or for nobody.';
