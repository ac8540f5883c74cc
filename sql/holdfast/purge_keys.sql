create or replace function holdfast.purge_keys(batch jsonb) returns setof jsonb
language sql volatile security definer set search_path = '' as $$
    with purged as (
        delete from holdfast.idempotency_key
        where (scope, key) in (
            select k.scope, k.key from holdfast.idempotency_key k
            where k.created_at < clock_timestamp() - interval '30 days'
            order by k.created_at limit batch::integer
            for update skip locked)
        returning 1
    )
    select to_jsonb(count(*)) from purged
$$;
comment on function holdfast.purge_keys(jsonb) is 'Forgets idempotency keys older than 30 days, a batch at a time; gives their number.';
grant execute on function holdfast.purge_keys(jsonb) to holdfast_worker;
