create or replace function holdfast.add_partition(relation text, partition text, first timestamptz, next timestamptz)
returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    of_ids boolean;
    bounds text[];
begin
    select a.atttypid = 'uuid'::regtype into strict of_ids
    from pg_catalog.pg_partitioned_table p
    join pg_catalog.pg_attribute a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0]
    where p.partrelid = relation::regclass;
    select array_agg(case
        when b.at is null then 'minvalue'
        else quote_literal(case when of_ids then holdfast.first_id_of(b.at)::text else b.at::text end)
    end order by b.n) into bounds
    from unnest(array[first, next]) with ordinality b (at, n);

    -- Made aside and attached: what is written meanwhile waits for the moment of attaching alone.
    execute format('create table partitions.%I (like %s including all excluding identity)', partition, relation);
    execute format('alter table %s attach partition partitions.%I for values from (%s) to (%s)', relation, partition, bounds[1], bounds[2]);
    execute format('alter table partitions.%I enable row level security', partition);
end
$$;
comment on function holdfast.add_partition(text, text, timestamptz, timestamptz) is 'Gives a table that is divided by month a partition for the rows from `first` (null for everything before) to `next`.';
