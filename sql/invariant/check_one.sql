create or replace function invariant.check_one(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = ''
set enable_seqscan = on set enable_hashjoin = on set enable_mergejoin = on as $$
declare
    view constant text := argument ->> 'name';
    began constant timestamptz := clock_timestamp();
    took constant double precision := (select k.seconds from holdfast.invariant_check k where k.name = view);
    found bigint;
begin
    -- Another worker looks already; at what takes long, one of them at a time looks at all.
    if not pg_try_advisory_xact_lock(hashtextextended(view, 2))
       or coalesce(took, 1) > 0.1 and not pg_try_advisory_xact_lock(hashtextextended('', 2))
       or invariant.is_resting(took) then
        return;
    end if;
    execute format('select count(*) from invariant.%I', view) into found;
    insert into holdfast.invariant_check as k (name, violations, checked_at, seconds)
    values (view, found, began, extract(epoch from clock_timestamp() - began))
    on conflict (name) do update
    set violations = excluded.violations, checked_at = excluded.checked_at, seconds = excluded.seconds;
    return query select t from invariant.last_checks('null') t where t ->> 'name' = view;
end
$$;
comment on function invariant.check_one(jsonb) is 'Counts the rows of the view {name} and remembers what it found, and how long that took. Gives nothing while somebody else does so, or rests.';
grant execute on function invariant.check_one(jsonb) to holdfast_worker;
