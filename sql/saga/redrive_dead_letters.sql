create or replace function saga.redrive_dead_letters(commands jsonb)
returns table (ordinal integer, outcome jsonb)
language plpgsql volatile security definer set search_path = '' as $$
declare
    firsts integer[];
    outcomes jsonb[];
    organisers uuid[];
    command jsonb;
    chosen jsonb;
begin
    select k.firsts, k.outcomes into firsts, outcomes from holdfast.claim_keys(commands, 'redriveDeadLetters') k;
    -- Chosen without locks, and looked at again under them.
    select jsonb_agg(case when outcomes[c.n] is null and holdfast.guard_operator(c.value) is null
                          then saga.cases_to_redrive(c.value) else '{}' end order by c.n)
    into chosen from jsonb_array_elements(commands) with ordinality c (value, n);
    perform saga.lock_sagas(array(
        select d.saga_id from saga.dead_letter d
        where d.id in (select i::uuid from jsonb_array_elements(chosen) a cross join jsonb_array_elements_text(a) i)));

    for n in 1 .. cardinality(firsts) loop
        continue when outcomes[n] is not null or firsts[n] <> n;
        command := commands -> (n - 1);
        outcomes[n] := coalesce(holdfast.guard_operator(command), jsonb_build_object(
            'id', null, 'ids', saga.redrive_each(chosen -> (n - 1), command -> 'actor'), 'refusal', null));
        perform holdfast.audit_command(command, 'redriveDeadLetters', null, outcomes[n]);
    end loop;
    return query select * from holdfast.store_outcomes(commands, 'redriveDeadLetters', firsts, outcomes, organisers);
end
$$;
comment on function saga.redrive_dead_letters(jsonb) is 'Tries again what stands in the operators'' inbox, by filter: {ids, source, cause, gateway, opened_before, limit}. A case is driven once, however often this is asked; `ids` of the outcome are those that were. What can''t be tried again now stays in the inbox.';
grant execute on function saga.redrive_dead_letters(jsonb) to holdfast_api;
