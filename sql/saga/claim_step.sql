create or replace function saga.claim_step(target saga.saga, argument jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    how saga.definition;
    call jsonb;
    gateway text;
    held saga.saga;
begin
    select * into how from saga.definition d where d.kind = target.kind and d.step = target.step;
    if how.step is null or not argument -> 'actions' ? how.action then
        return null;
    end if;
    if how.action <> 'LOCAL' then
        call := saga.call_of(target);
        if call is not null then
            gateway := payment.gateway_for(call, target.in_doubt, argument -> 'gateways');
        end if;
        if gateway is null then
            return null;
        end if;
        call := call || jsonb_build_object('gateway', gateway);
    end if;

    -- From here on nobody knows whether the call is made, until its outcome is written down.
    update saga.saga s
    set lease = s.lease + 1, worker = argument ->> 'worker', claimed_at = clock_timestamp(),
        lease_until = clock_timestamp() + make_interval(secs => (argument ->> 'lease_seconds')::integer),
        was_in_doubt = s.in_doubt, in_doubt = how.action <> 'LOCAL'
    where s.organiser_id = target.organiser_id and s.id = target.id
    returning * into held;
    return saga.claim_document(held, how, target.claimed_at, call);
end
$$;
comment on function saga.claim_step(saga.saga, jsonb) is 'Claims the present step of a locked saga that nobody holds, and puts it in doubt; null when this worker can''t carry it out now.';
