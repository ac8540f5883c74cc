create or replace function saga.set_queue_pauses(commands jsonb)
returns table (ordinal integer, outcome jsonb)
language plpgsql volatile security definer set search_path = '' as $$
declare
    firsts integer[];
    outcomes jsonb[];
    organisers uuid[];
    command jsonb;
begin
    select k.firsts, k.outcomes into firsts, outcomes from holdfast.claim_keys(commands, 'setQueuePause') k;

    for n in 1 .. cardinality(firsts) loop
        continue when outcomes[n] is not null or firsts[n] <> n;
        command := commands -> (n - 1);
        outcomes[n] := coalesce(holdfast.guard_operator(command), saga.set_queue_pause(command));
        perform holdfast.audit_command(command, 'setQueuePause', command ->> 'queue', outcomes[n]);
    end loop;
    return query select * from holdfast.store_outcomes(commands, 'setQueuePause', firsts, outcomes, organisers);
end
$$;
comment on function saga.set_queue_pauses(jsonb) is 'Pauses queues and lets them go on: {queue, is_paused, reason}. What waits on a paused queue stays there.';
grant execute on function saga.set_queue_pauses(jsonb) to holdfast_api;
