create or replace function holdfast.claim_keys(commands jsonb, operation text)
returns table (firsts integer[], outcomes jsonb[])
language plpgsql volatile security definer set search_path = '' as $$
begin
    -- A twin in another transaction waits here until the first has committed, and then finds its outcome.
    begin
        perform pg_advisory_xact_lock(sorted.lock)
        from (
            select distinct hashtextextended(concat_ws(chr(31), c #>> '{actor,subject}', c ->> 'key'), 0) as lock
            from jsonb_array_elements(commands) c
            order by 1
        ) sorted;
    exception when lock_not_available then
        raise exception 'an idempotency key is in use' using errcode = 'HF001';
    end;

    return query
    with command as (
        select c.n::integer as ordinal, c.value #>> '{actor,subject}' as scope,
               c.value ->> 'key' as key, c.value ->> 'fingerprint' as fingerprint
        from jsonb_array_elements(commands) with ordinality c (value, n)
    ), ranked as (
        select command.*,
               first_value(command.ordinal) over same_key as first_ordinal,
               first_value(command.fingerprint) over same_key as first_fingerprint
        from command
        window same_key as (partition by command.scope, command.key order by command.ordinal)
    ), answered as (
        select r.ordinal, r.first_ordinal,
               case
                   when r.fingerprint <> coalesce(k.fingerprint, r.first_fingerprint)
                        or k.operation <> claim_keys.operation then
                       holdfast.refuse('IDEMPOTENCY_KEY_REUSED',
                           'This idempotency key was used before, for something else.', array['idempotencyKey'])
                   when k.key is not null then k.outcome || '{"replayed": true}'
               end as answer
        from ranked r
        left join holdfast.idempotency_key k on k.scope = r.scope and k.key = r.key
    )
    select array_agg(a.first_ordinal order by a.ordinal), array_agg(a.answer order by a.ordinal)
    from answered a;
end
$$;
comment on function holdfast.claim_keys(jsonb, text) is 'Locks the keys of a batch until the transaction ends. Gives, by the ordinal of each command, the first command of the batch with the same key, which is mostly itself, and the outcome stored under that key, or null.';
