begin;
\i tests/sql/helpers.sql
select plan(4);

-- Two places were free before the party joined; they stay free to everybody until it can be served.
select t.slot(t.listing(), 4) as slot \gset
select t.book(:'slot', 2) as booking \gset
select t.accepted(t.join(:'slot', 3, 'berta')) as large \gset
select t.cancel(:'booking');

select is(t.places(:'slot'), '0 taken, 2 aside, 3 waiting of 4', 'two come back and are set aside');
select t.serve();
select is(t.status(t.offered(:'large')), 'PENDING', 'with one that was free they are enough');
select is(t.places(:'slot'), '3 taken, 0 aside, 0 waiting of 4', 'one stays free');
select t.expect_invariants();

select * from finish();
rollback;
