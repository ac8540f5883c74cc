create or replace function saga.claim_steps(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
    messages jsonb;
    claimed jsonb;
    message record;
    target saga.saga;
    claim jsonb;
begin
    if exists (select from saga.queue q where q.queue = 'saga' and q.paused_at is not null) then
        return;
    end if;
    messages := saga.read_messages((argument ->> 'lease_seconds')::integer, (argument ->> 'batch')::integer);
    if messages is null then
        return;
    end if;
    -- Most wait for a call that can be made, and are claimed together; the others one by one.
    claimed := saga.claim_calls(messages, argument);
    return query select * from jsonb_array_elements(claimed);

    for message in
        select (m ->> 'msg_id')::bigint as msg_id, (m ->> 'read_ct')::integer as read_ct, m -> 'message' as message,
               m #>> '{message,saga_id}' as saga_id
        from jsonb_array_elements(messages) m
        where (m ->> 'msg_id')::bigint <> all (array(
            select (c ->> 'msg_id')::bigint from jsonb_array_elements(claimed) c))
    loop
        -- A message of any other form is parked where an operator finds it; the batch goes on.
        if message.saga_id is null or not saga.is_uuid(message.saga_id) then
            perform saga.park('saga', message.msg_id, message.message, 'It names no saga.');
            continue;
        end if;
        -- Never waits: a claim holds messages, and whoever holds a saga may want them.
        select * into target from saga.saga s where s.id = message.saga_id::uuid for update skip locked;
        if target.id is null and not exists (select from saga.saga s where s.id = message.saga_id::uuid) then
            perform saga.park('saga', message.msg_id, message.message, 'There is no such saga.');
        elsif target.id is null then
            perform saga.delay_message(message.msg_id, message.read_ct, 50);
        elsif target.ended_at is not null or target.state = 'WAITING' then
            -- Nothing to do; what wakes a saga that waits for its customer comes with a message of its own.
            perform saga.drop_message(message.msg_id, message.read_ct);
        elsif target.lease_until > clock_timestamp() then
            -- Another worker is at it; this message comes back when that lease is over, and not a whole one later: the
            -- message of a worker that was killed is visible a moment before its lease ends.
            perform saga.delay_message(message.msg_id, message.read_ct, 1 + (
                extract(epoch from target.lease_until - clock_timestamp()) * 1000)::bigint);
        else
            claim := saga.claim_step(target, argument);
            if claim is null then
                -- Not for this worker, or not now: nobody holds it meanwhile.
                perform saga.delay_message(message.msg_id, message.read_ct, 1000);
            else
                return next claim || jsonb_build_object('msg_id', message.msg_id, 'read_ct', message.read_ct);
            end if;
        end if;
    end loop;
end
$$;
comment on function saga.claim_steps(jsonb) is 'Claims up to {batch} steps for {worker}, each under a lease of {lease_seconds} with its own fencing version, of those whose action is among {actions} and whose gateway is among {gateways}; gives what to carry out. Nothing while the queue is paused.';
grant execute on function saga.claim_steps(jsonb) to holdfast_worker;
