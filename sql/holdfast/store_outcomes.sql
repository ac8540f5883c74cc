create or replace function holdfast.store_outcomes(
    commands jsonb, operation text, firsts integer[], outcomes jsonb[], organisers uuid[])
returns table (ordinal integer, outcome jsonb)
language plpgsql volatile security definer set search_path = '' as $$
begin
    insert into holdfast.idempotency_key (scope, key, organiser_id, operation, fingerprint, outcome)
    select c.value #>> '{actor,subject}', c.value ->> 'key', organisers[c.n], store_outcomes.operation,
           c.value ->> 'fingerprint', outcomes[c.n]
    from jsonb_array_elements(commands) with ordinality c (value, n)
    where firsts[c.n] = c.n
      and not outcomes[c.n] ? 'replayed'
      and not holdfast.is_retryable(outcomes[c.n])
      and outcomes[c.n] #>> '{refusal,code}' is distinct from 'IDEMPOTENCY_KEY_REUSED';

    return query
    select n, case
        when outcomes[n] is not null then outcomes[n]
        -- A twin in the same batch was not worked; it hears what its first heard.
        else outcomes[firsts[n]] || case
            when holdfast.is_retryable(outcomes[firsts[n]]) then '{}'::jsonb else '{"replayed": true}' end
        end
    from generate_series(1, cardinality(firsts)) n;
end
$$;
comment on function holdfast.store_outcomes(jsonb, text, integer[], jsonb[], uuid[]) is 'Stores the outcome of every command that had an effect or was refused for good, and answers the whole batch. The arrays are indexed by the command''s ordinal.';
