begin;
\i tests/sql/helpers.sql
select plan(2);

select t.slot(t.listing(), 1, fields => '{"price_minor": 0}') as slot \gset
select t.book(:'slot', 1) as booking \gset
select t.accepted(t.join(:'slot', 1, 'berta')) as entry \gset
select t.cancel(:'booking'), t.serve();

select is(t.status(t.offered(:'entry')), 'CONFIRMED', 'what costs nothing is confirmed at once');
select t.expect_invariants();

select * from finish();
rollback;
