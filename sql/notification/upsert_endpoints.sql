create or replace function notification.upsert_endpoints(commands jsonb)
returns table (ordinal integer, outcome jsonb)
language plpgsql volatile security definer set search_path = '' as $$
declare
    firsts integer[];
    outcomes jsonb[];
    organisers uuid[];
    command jsonb;
begin
    select k.firsts, k.outcomes into firsts, outcomes from holdfast.claim_keys(commands, 'upsertWebhookEndpoint') k;
    perform notification.lock_endpoints(commands);

    for n in 1 .. cardinality(firsts) loop
        continue when outcomes[n] is not null or firsts[n] <> n;
        command := commands -> (n - 1);
        outcomes[n] := coalesce(notification.guard_endpoint(command), notification.put_endpoint(command));
        if command #>> '{actor,role}' = 'OPERATOR' then
            perform holdfast.audit_command(command, 'upsertWebhookEndpoint', outcomes[n] ->> 'id', outcomes[n]);
        end if;
    end loop;
    return query select * from holdfast.store_outcomes(commands, 'upsertWebhookEndpoint', firsts, outcomes, organisers);
end
$$;
comment on function notification.upsert_endpoints(jsonb) is 'Says where an organiser wants which events sent to: {organiser_id, endpoint_id, url, event_types, expected_version}; a new one without endpoint_id.';
grant execute on function notification.upsert_endpoints(jsonb) to holdfast_api;
