create or replace function saga.retry_sagas(commands jsonb)
returns table (ordinal integer, outcome jsonb)
language plpgsql volatile security definer set search_path = '' as $$
declare
    firsts integer[];
    outcomes jsonb[];
    organisers uuid[];
    command jsonb;
begin
    select k.firsts, k.outcomes into firsts, outcomes from holdfast.claim_keys(commands, 'retrySaga') k;
    perform saga.lock_sagas(array(
        select distinct (c.value ->> 'saga_id')::uuid
        from jsonb_array_elements(commands) with ordinality c (value, n) where outcomes[c.n] is null));

    for n in 1 .. cardinality(firsts) loop
        continue when outcomes[n] is not null or firsts[n] <> n;
        command := commands -> (n - 1);
        outcomes[n] := coalesce(
            holdfast.guard_operator(command), saga.retry((command ->> 'saga_id')::uuid, command -> 'actor'));
        perform holdfast.audit_command(command, 'retrySaga', command ->> 'saga_id', outcomes[n]);
    end loop;
    return query select * from holdfast.store_outcomes(commands, 'retrySaga', firsts, outcomes, organisers);
end
$$;
comment on function saga.retry_sagas(jsonb) is 'Makes sagas go on at once, at an operator''s word: those that pause, and those that are dead.';
grant execute on function saga.retry_sagas(jsonb) to holdfast_api;
