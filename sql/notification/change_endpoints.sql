create or replace function notification.change_endpoints(commands jsonb)
returns table (ordinal integer, outcome jsonb)
language plpgsql volatile security definer set search_path = '' as $$
declare
    firsts integer[];
    outcomes jsonb[];
    organisers uuid[];
    command jsonb;
begin
    select k.firsts, k.outcomes into firsts, outcomes from holdfast.claim_keys(commands, 'changeWebhookEndpoint') k;
    perform notification.lock_endpoints(commands);

    for n in 1 .. cardinality(firsts) loop
        continue when outcomes[n] is not null or firsts[n] <> n;
        command := commands -> (n - 1);
        outcomes[n] := notification.change_endpoint(command);
        if command #>> '{actor,role}' = 'OPERATOR' then
            perform holdfast.audit_command(command, 'changeWebhookEndpoint', command ->> 'endpoint_id', outcomes[n]);
        end if;
    end loop;
    return query select * from holdfast.store_outcomes(commands, 'changeWebhookEndpoint', firsts, outcomes, organisers);
end
$$;
comment on function notification.change_endpoints(jsonb) is 'Changes endpoints: {endpoint_id, action}, the action ROTATE (the old secret stays good for 24 hours), ENABLE, DISABLE or DELETE.';
grant execute on function notification.change_endpoints(jsonb) to holdfast_api;
