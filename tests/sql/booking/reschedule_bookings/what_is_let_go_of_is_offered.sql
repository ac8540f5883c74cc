begin;
\i tests/sql/helpers.sql
select plan(4);

create temp table it as
with l as (select t.listing() as id) select t.slot(id, 1, 30) as slot, t.slot(id, 5, 31) as other from l;
create temp table b as select t.book_paid(slot) as id from it;
create temp table entry as select t.accepted(t.join(slot)) as id from it;

select is(t.code(t.ask('reschedule', b.id, jsonb_build_object('payment_method', null, 'lines',
    jsonb_build_array(t.line(other))))),
    'OK', 'moves') from b, it;
select is(t.places(slot), '0 taken, 1 aside, 1 waiting of 1', 'the place is kept for who waits') from it;
select t.serve() is null as done \gset
select isnt(t.offered(id), null, 'and offered') from entry;
select t.expect_invariants();

select * from finish();
rollback;
