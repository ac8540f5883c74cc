create or replace function saga.hand_back(
    target saga.saga, outcome jsonb, pause_ms bigint, was_sent boolean default null)
returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    msg_id constant bigint := outcome ->> 'msg_id';
    read_ct constant integer := outcome ->> 'read_ct';
    goes_on boolean;
begin
    update saga.saga s
    set lease_until = null, worker = null,
        -- Given back undecided: as it was before, unless a call may have gone out since.
        in_doubt = case when was_sent is null then s.in_doubt else s.was_in_doubt or was_sent end
    where s.organiser_id = target.organiser_id and s.id = target.id
    returning s.state in ('RUNNING', 'COMPENSATING') into goes_on;
    if goes_on then
        perform saga.delay_message(msg_id, read_ct, coalesce(pause_ms, 0));
    else
        perform saga.drop_message(msg_id, read_ct);
    end if;
end
$$;
comment on function saga.hand_back(saga.saga, jsonb, bigint, boolean) is 'Lets go of a lease: the message comes back for the next step after `pause_ms`, or goes when there is none. `was_sent` says of a step that is given back undecided whether a call may have reached the gateway.';
