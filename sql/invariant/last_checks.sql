create or replace function invariant.last_checks(argument jsonb) returns setof jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    select jsonb_build_object('name', c.relname, 'description', pg_catalog.obj_description(c.oid, 'pg_class'),
        'violations', k.violations, 'checked_at', k.checked_at,
        'is_due', not invariant.is_resting(k.seconds)
            and coalesce(k.checked_at < clock_timestamp() - interval '45 seconds', true))
    from pg_catalog.pg_class c
    left join holdfast.invariant_check k on k.name = c.relname
    where c.relnamespace = 'invariant'::regnamespace and c.relkind = 'v'
    order by c.relname;
end
$$;
comment on function invariant.last_checks(jsonb) is 'Every view under invariant, and what the workers found in it last (nulls when nobody has looked); `is_due` 45 seconds later, unless it rests: views that read a long history must not keep the server busy.';
grant execute on function invariant.last_checks(jsonb) to holdfast_api, holdfast_worker;
