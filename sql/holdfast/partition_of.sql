create or replace function holdfast.partition_of(relation text, month timestamptz) returns text
language sql immutable set search_path = '' as $$
    select replace(relation, '.', '_') || to_char(month at time zone 'UTC', '_YYYY_MM')
$$;
comment on function holdfast.partition_of(text, timestamptz) is 'The name, in the schema partitions, of the partition for a month of a table that is divided by month.';
grant execute on function holdfast.partition_of(text, timestamptz) to holdfast_report;
