create or replace function holdfast.partitions_to_drop(relation text, months_kept integer) returns setof text
language plpgsql stable security definer set search_path = '' set timezone = 'UTC' as $$
declare
    oldest constant timestamptz := date_trunc('month', clock_timestamp()) - make_interval(months => months_kept);
begin
    if months_kept is null then
        return;
    end if;
    return query
    select c.relname::text
    from pg_catalog.pg_inherits i
    join pg_catalog.pg_class c on c.oid = i.inhrelid
    cross join lateral (select substring(c.relname from '_(\d{4}_\d{2})$') as month) named
    where i.inhparent = relation::regclass and named.month is not null
      and to_date(named.month, 'YYYY_MM') + interval '1 month' <= oldest
      -- What is not done yet needs its history, however old it is.
      and not saga.is_any_open_before((to_date(named.month, 'YYYY_MM') + interval '1 month')::timestamptz)
    order by 1;
end
$$;
comment on function holdfast.partitions_to_drop(text, integer) is 'Partitions of a table whose rows are all older than so many whole months.';
