create or replace function payment.set_gateway_pauses(commands jsonb)
returns table (ordinal integer, outcome jsonb)
language plpgsql volatile security definer set search_path = '' as $$
declare
    firsts integer[];
    outcomes jsonb[];
    organisers uuid[];
    command jsonb;
begin
    select k.firsts, k.outcomes into firsts, outcomes from holdfast.claim_keys(commands, 'setGatewayPause') k;

    for n in 1 .. cardinality(firsts) loop
        continue when outcomes[n] is not null or firsts[n] <> n;
        command := commands -> (n - 1);
        outcomes[n] := coalesce(holdfast.guard_operator(command), payment.set_gateway_pause(command));
        perform holdfast.audit_command(command, 'setGatewayPause', command ->> 'gateway', outcomes[n]);
    end loop;
    return query select * from holdfast.store_outcomes(commands, 'setGatewayPause', firsts, outcomes, organisers);
end
$$;
comment on function payment.set_gateway_pauses(jsonb) is 'Pauses gateways and lets them go on: {gateway, is_paused}. Nothing is asked of a paused one; what it is needed for waits, and new payments go to others.';
grant execute on function payment.set_gateway_pauses(jsonb) to holdfast_api;
