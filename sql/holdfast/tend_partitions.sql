create or replace function holdfast.tend_partitions(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' set lock_timeout = '500ms' set timezone = 'UTC' as $$
declare
    this_month constant timestamptz := date_trunc('month', clock_timestamp());
    divided record;
    found text;
    added integer := 0;
    dropped integer := 0;
begin
    if not pg_try_advisory_xact_lock(hashtextextended('holdfast.tend_partitions', 0)) then
        return next jsonb_build_object('added', 0, 'dropped', 0);
        return;
    end if;
    for divided in select p.relation, p.months_kept from holdfast.partitioned p order by p.relation loop
        -- Rows that came from elsewhere may be older than the system.
        if not exists (select from pg_catalog.pg_inherits i where i.inhparent = divided.relation::regclass) then
            perform holdfast.add_partition(divided.relation,
                replace(divided.relation, '.', '_') || '_before', null, this_month);
            added := added + 1;
        end if;
        for ahead in 0 .. (argument ->> 'months_ahead')::integer loop
            found := holdfast.partition_of(divided.relation, this_month + make_interval(months => ahead));
            if to_regclass(format('partitions.%I', found)) is null then
                perform holdfast.add_partition(divided.relation, found, this_month + make_interval(months => ahead),
                    this_month + make_interval(months => ahead + 1));
                added := added + 1;
            end if;
        end loop;
        for found in select * from holdfast.partitions_to_drop(divided.relation, divided.months_kept) loop
            execute format('alter table %s detach partition partitions.%I', divided.relation, found);
            execute format('drop table partitions.%I', found);
            dropped := dropped + 1;
        end loop;
    end loop;
    return next jsonb_build_object('added', added, 'dropped', dropped);
end
$$;
comment on function holdfast.tend_partitions(jsonb) is 'Gives the tables of holdfast.partitioned what they need for {months_ahead} more months, and drops months that are no longer kept. Gives {added, dropped}. Waits for no lock for longer than half a second: it comes again.';
grant execute on function holdfast.tend_partitions(jsonb) to holdfast_worker;
