create or replace function payment.set_gateway_routings(commands jsonb)
returns table (ordinal integer, outcome jsonb)
language plpgsql volatile security definer set search_path = '' as $$
declare
    firsts integer[];
    outcomes jsonb[];
    organisers uuid[];
    command jsonb;
begin
    select k.firsts, k.outcomes into firsts, outcomes from holdfast.claim_keys(commands, 'setGatewayRouting') k;

    for n in 1 .. cardinality(firsts) loop
        continue when outcomes[n] is not null or firsts[n] <> n;
        command := commands -> (n - 1);
        outcomes[n] := coalesce(holdfast.guard_operator(command), payment.set_gateway_routing(command));
        perform holdfast.audit_command(command, 'setGatewayRouting', command ->> 'gateway', outcomes[n]);
    end loop;
    return query select * from holdfast.store_outcomes(commands, 'setGatewayRouting', firsts, outcomes, organisers);
end
$$;
comment on function payment.set_gateway_routings(jsonb) is 'Sets the share of new payments that gateways get, and the currencies they take: {gateway, weight, currencies}.';
grant execute on function payment.set_gateway_routings(jsonb) to holdfast_api;
