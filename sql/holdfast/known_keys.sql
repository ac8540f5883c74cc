create or replace function holdfast.known_keys(asked jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    at_work jsonb[];
begin
    -- First those that a command holds just now, then, as things stand after that, those that are stored: a command that
    -- ends between the two is seen by the second.
    select array_agg(a.value) into at_work
    from jsonb_array_elements(asked) a (value)
    where not pg_try_advisory_xact_lock_shared(
        hashtextextended(concat_ws(chr(31), a.value ->> 'scope', a.value ->> 'key'), 0));
    return query
    select a.value
    from jsonb_array_elements(asked) a (value)
    where a.value = any (at_work)
       or exists (select from holdfast.idempotency_key k
                  where k.scope = a.value ->> 'scope' and k.key = a.value ->> 'key');
end
$$;
comment on function holdfast.known_keys(jsonb) is 'Which of these idempotency keys, each with its scope, are stored or held by a command at work. Waits for nobody.';
grant execute on function holdfast.known_keys(jsonb) to holdfast_api;
