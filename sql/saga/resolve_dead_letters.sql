create or replace function saga.resolve_dead_letters(commands jsonb)
returns table (ordinal integer, outcome jsonb)
language plpgsql volatile security definer set search_path = '' as $$
declare
    firsts integer[];
    outcomes jsonb[];
    organisers uuid[];
    command jsonb;
begin
    select k.firsts, k.outcomes into firsts, outcomes from holdfast.claim_keys(commands, 'resolveDeadLetters') k;

    for n in 1 .. cardinality(firsts) loop
        continue when outcomes[n] is not null or firsts[n] <> n;
        command := commands -> (n - 1);
        outcomes[n] := coalesce(holdfast.guard_operator(command), saga.guard_note(command), jsonb_build_object(
            'id', null, 'ids', saga.resolve_each(command), 'refusal', null));
        perform holdfast.audit_command(command, 'resolveDeadLetters', null, outcomes[n]);
    end loop;
    return query select * from holdfast.store_outcomes(commands, 'resolveDeadLetters', firsts, outcomes, organisers);
end
$$;
comment on function saga.resolve_dead_letters(jsonb) is 'Closes cases that somebody has seen to outside of the system, and says so: {ids, note}. `ids` of the outcome are those that were open.';
grant execute on function saga.resolve_dead_letters(jsonb) to holdfast_api;
