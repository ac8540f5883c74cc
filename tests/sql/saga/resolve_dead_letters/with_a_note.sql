begin;
\i tests/sql/helpers.sql
select plan(5);

create temp table b as select t.book_paid(t.slot(t.listing())) as id;
select t.accepted(t.cancel(id)) = id from b \g /dev/null
select t.play(id, 'DECLINED:no') is null from b \g /dev/null
create function t.resolve(ids jsonb, note text default 'by bank', actor jsonb default t.actor()) returns jsonb
language sql volatile as $$
    select t.write('saga.resolve_dead_letters', actor, jsonb_build_object('ids', ids, 'note', note))
$$;

select is(t.code(t.resolve(jsonb_agg(d.id), actor => t.actor('CUSTOMER'))), 'NOT_ALLOWED', 'is for operators') from saga.dead_letter d;
select is(t.code(t.resolve(jsonb_agg(d.id), ' ')), 'INVALID_INPUT', 'something has to be said') from saga.dead_letter d;
select is(t.resolve(jsonb_agg(d.id)) -> 'ids', jsonb_agg(d.id), 'closes the case') from saga.dead_letter d;
select is((select concat_ws(', ', d.state, d.closed_by, d.note) from saga.dead_letter d), 'RESOLVED, olga, by bank', 'with who and why');
select is(t.resolve(jsonb_agg(d.id)) -> 'ids', '[]', 'once') from saga.dead_letter d;

select * from finish();
rollback;
