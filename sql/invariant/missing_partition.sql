drop view if exists invariant.missing_partition;
create view invariant.missing_partition as
select p.relation, m.month
from holdfast.partitioned p
cross join lateral (
    select date_trunc('month', statement_timestamp(), 'UTC') + make_interval(months => ahead) as month
    from generate_series(0, 1) ahead) m
where not exists (
    select from pg_catalog.pg_class c
    where c.relnamespace = 'partitions'::regnamespace and c.relname = holdfast.partition_of(p.relation, m.month));
comment on view invariant.missing_partition is 'Every table that is divided by month has a place for the rows of this month and the next.';
grant select on invariant.missing_partition to holdfast_report;
