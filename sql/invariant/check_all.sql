create or replace function invariant.check_all(argument jsonb) returns setof jsonb
language plpgsql stable security definer set search_path = ''
set enable_seqscan = on set enable_hashjoin = on set enable_mergejoin = on as $$
declare
    view record;
    violations bigint;
begin
    for view in
        select c.oid, c.relname from pg_catalog.pg_class c
        where c.relnamespace = 'invariant'::regnamespace and c.relkind = 'v'
        order by c.relname
    loop
        execute format('select count(*) from invariant.%I', view.relname) into violations;
        return next jsonb_build_object('name', view.relname, 'violations', violations,
            'checked_at', clock_timestamp(), 'description', pg_catalog.obj_description(view.oid, 'pg_class'));
    end loop;
end
$$;
comment on function invariant.check_all(jsonb) is 'Every view under invariant, with the number of its rows; a new view is found by itself.';
grant execute on function invariant.check_all(jsonb) to holdfast_api, holdfast_worker;
