//! The schema as it is in a migrated database, line by line: what a change really changed is seen in its review.

use std::path::PathBuf;

use tests::TestSystem;

/// Everything of our schemas that is no body of a routine or view; those are files of `sql/` already.
const LINES: &str = "
with ours as (
    select n.oid, n.nspname from pg_namespace n
    where n.nspname in ('holdfast', 'inventory', 'booking', 'payment', 'saga', 'notification',
                        'reporting', 'invariant')
)
select line from (select regexp_replace(line, '\\s+', ' ', 'g') as line from (
    select format('%s.%s: %s %s%s%s', o.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                  case when a.attnotnull then ' not null' else '' end,
                  coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')) as line
    from pg_class c join ours o on o.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    where c.relkind in ('r', 'p', 'v')
    union all
    select format('%s.%s: constraint %s %s', o.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid))
    from pg_constraint k join pg_class c on c.oid = k.conrelid join ours o on o.oid = c.relnamespace
    union all
    select pg_get_indexdef(i.indexrelid)
    from pg_index i join pg_class c on c.oid = i.indrelid join ours o on o.oid = c.relnamespace
    union all
    select pg_get_triggerdef(t.oid)
    from pg_trigger t join pg_class c on c.oid = t.tgrelid join ours o on o.oid = c.relnamespace
    where not t.tgisinternal
    union all
    select format('%s.%s: %s', o.nspname, c.relname, c.relacl) from pg_class c join ours o on o.oid = c.relnamespace
    where c.relacl is not null
    union all
    select format('function %s returns %s, %s%s%s, %s', p.oid::regprocedure, pg_get_function_result(p.oid),
                  case p.provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end,
                  case when p.prosecdef then ' security definer' else '' end,
                  case when p.proowner = 'holdfast_reader'::regrole then ' as holdfast_reader' else '' end, p.proacl)
    from pg_proc p join ours o on o.oid = p.pronamespace
    union all
    select format('%s.%s: row level security%s', o.nspname, c.relname, case when c.relforcerowsecurity then ', forced' else '' end)
    from pg_class c join ours o on o.oid = c.relnamespace where c.relrowsecurity
    union all
    select format('%s.%s: policy %s for %s to %s using %s', p.schemaname, p.tablename, p.policyname, p.cmd, p.roles, p.qual)
    from pg_policies p join ours o on o.nspname = p.schemaname
    union all
    select format('%s.%s: %s %s', o.nspname, c.relname, a.attname, a.attacl)
    from pg_attribute a join pg_class c on c.oid = a.attrelid join ours o on o.oid = c.relnamespace
    where a.attacl is not null
    union all
    select format('queue %s', q.queue_name) from pgmq.list_queues() q
) all_lines) one_line_each
order by line collate \"C\"";

#[tokio::test(flavor = "multi_thread")]
async fn the_schema_is_the_one_that_was_reviewed() {
    let system = TestSystem::idle().await;
    let lines: Vec<String> = system.database.column(LINES).await;
    let found = lines.join("\n") + "\n";
    let file = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/schema.txt"));
    if std::env::var_os("HOLDFAST_WRITE_SCHEMA").is_some() {
        std::fs::write(&file, &found).expect("the file can be written");
    }
    let kept = std::fs::read_to_string(&file).expect("tests/schema.txt is there");
    let missing: Vec<&str> = kept.lines().filter(|line| !lines.iter().any(|found| found == line)).collect();
    let new: Vec<&str> =
        lines.iter().map(String::as_str).filter(|line| !kept.lines().any(|kept| kept == *line)).collect();
    assert!(
        missing.is_empty() && new.is_empty(),
        "tests/schema.txt is not what the migrations make; run this test with HOLDFAST_WRITE_SCHEMA=1 and look at the \
         difference.\ngone: {missing:#?}\nnew: {new:#?}"
    );
    system.finish().await;
}
