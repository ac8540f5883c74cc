create or replace function saga.cancel_sagas(commands jsonb)
returns table (ordinal integer, outcome jsonb)
language plpgsql volatile security definer set search_path = '' as $$
declare
    firsts integer[];
    outcomes jsonb[];
    organisers uuid[];
    command jsonb;
begin
    select k.firsts, k.outcomes into firsts, outcomes from holdfast.claim_keys(commands, 'cancelSaga') k;
    perform saga.lock_sagas(array(
        select distinct (c.value ->> 'saga_id')::uuid
        from jsonb_array_elements(commands) with ordinality c (value, n) where outcomes[c.n] is null));

    for n in 1 .. cardinality(firsts) loop
        continue when outcomes[n] is not null or firsts[n] <> n;
        command := commands -> (n - 1);
        outcomes[n] := coalesce(
            holdfast.guard_operator(command), saga.guard_known((command ->> 'saga_id')::uuid),
            saga.cancel((command ->> 'saga_id')::uuid, command -> 'actor'),
            jsonb_build_object('id', command -> 'saga_id', 'refusal', null));
        perform holdfast.audit_command(command, 'cancelSaga', command ->> 'saga_id', outcomes[n]);
    end loop;
    return query select * from holdfast.store_outcomes(commands, 'cancelSaga', firsts, outcomes, organisers);
end
$$;
comment on function saga.cancel_sagas(jsonb) is 'Turns sagas round, at an operator''s word: what they took is given back.';
grant execute on function saga.cancel_sagas(jsonb) to holdfast_api;
