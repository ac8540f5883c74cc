create or replace function notification.resend_deliveries(commands jsonb)
returns table (ordinal integer, outcome jsonb)
language plpgsql volatile security definer set search_path = '' as $$
declare
    firsts integer[];
    outcomes jsonb[];
    organisers uuid[];
    command jsonb;
begin
    select k.firsts, k.outcomes into firsts, outcomes from holdfast.claim_keys(commands, 'resendDelivery') k;
    perform d.id from notification.delivery d
    where d.id in (select (c ->> 'delivery_id')::uuid from jsonb_array_elements(commands) c)
    order by d.id for update;

    for n in 1 .. cardinality(firsts) loop
        continue when outcomes[n] is not null or firsts[n] <> n;
        command := commands -> (n - 1);
        outcomes[n] := notification.resend(command);
        if command #>> '{actor,role}' = 'OPERATOR' then
            perform holdfast.audit_command(command, 'resendDelivery', command ->> 'delivery_id', outcomes[n]);
        end if;
    end loop;
    return query select * from holdfast.store_outcomes(commands, 'resendDelivery', firsts, outcomes, organisers);
end
$$;
comment on function notification.resend_deliveries(jsonb) is 'Sends deliveries once more, under the same id: {delivery_id}. An organiser those to its endpoints, an operator all.';
grant execute on function notification.resend_deliveries(jsonb) to holdfast_api;
