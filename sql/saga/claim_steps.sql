create or replace function saga.claim_steps(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    lease_seconds constant integer := argument ->> 'lease_seconds';
    message record;
    target saga.saga;
begin
    for message in
        select m.msg_id, m.read_ct, m.message ->> 'saga_id' as saga_id
        from pgmq.read('saga', lease_seconds, (argument ->> 'batch')::integer) m
    loop
        -- A message of any other form is parked where an operator finds it; the batch goes on.
        if message.saga_id is null or not saga.is_uuid(message.saga_id) then
            perform pgmq.archive('saga', message.msg_id);
            continue;
        end if;
        -- Never waits: a claim holds messages, and whoever holds a saga may want them.
        select * into target from saga.saga s where s.id = message.saga_id::uuid for update skip locked;
        if target.id is null then
            perform saga.postpone_or_park(message.msg_id, message.read_ct, message.saga_id::uuid);
        elsif target.ended_at is not null or target.state = 'WAITING' then
            -- Nothing to do; what wakes a saga that waits for its customer comes with a message of its own.
            perform saga.drop_message(message.msg_id, message.read_ct);
        elsif target.lease_until > clock_timestamp() then
            -- Another worker is at it; this message comes back when that lease is over.
            perform saga.delay_message(message.msg_id, message.read_ct, lease_seconds * 1000);
        else
            update saga.saga s
            set lease = s.lease + 1, lease_until = clock_timestamp() + make_interval(secs => lease_seconds),
                worker = argument ->> 'worker'
            where s.id = target.id
            returning * into target;
            return query
            select o.operation || jsonb_build_object(
                'saga_id', target.id, 'lease', target.lease, 'msg_id', message.msg_id, 'read_ct', message.read_ct)
            from payment.open_operation_of(target.payment_id) o (operation);
        end if;
    end loop;
end
$$;
comment on function saga.claim_steps(jsonb) is 'Claims up to {batch} steps for {worker}, each under a lease of {lease_seconds} with its own fencing version, and gives the operation to carry out.';
grant execute on function saga.claim_steps(jsonb) to holdfast_worker;
