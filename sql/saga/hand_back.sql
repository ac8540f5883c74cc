create or replace function saga.hand_back(saga_id uuid, outcome jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    msg_id constant bigint := outcome ->> 'msg_id';
    read_ct constant integer := outcome ->> 'read_ct';
    goes_on boolean;
begin
    update saga.saga s set lease_until = null, worker = null
    where s.id = hand_back.saga_id
    returning s.state in ('RUNNING', 'COMPENSATING') into goes_on;
    if goes_on then
        perform saga.delay_message(msg_id, read_ct, coalesce((outcome ->> 'retry_in_ms')::bigint, 0));
    else
        perform saga.drop_message(msg_id, read_ct);
    end if;
end
$$;
comment on function saga.hand_back(uuid, jsonb) is 'Lets go of a lease: the message comes back for the next step, or goes when there is none.';
