begin;
\i tests/sql/helpers.sql
select plan(5);

-- Two places come back while a party of three waits: they are set aside, and too few.
select t.slot(t.listing(), 3) as slot \gset
select t.book(:'slot', 1);
select t.book(:'slot', 2) as booking \gset
select t.accepted(t.join(:'slot', 3, 'berta')) as large \gset
select t.cancel(:'booking');
select t.serve();

select is(t.places(:'slot'), '1 taken, 2 aside, 3 waiting of 3', 'two places are set aside');
select t.leave(:'large', 'berta');
select is(t.places(:'slot'), '1 taken, 0 aside, 0 waiting of 3', 'and free again');
select is(array[t.balance(:'slot', 'aside'), t.balance(:'slot', 'available')], array[0, 2]::bigint[], 'so says the ledger');
select is(t.code(t.try_book(t.line(:'slot', 2), 'carl')), 'OK', 'anybody may book them');
select t.expect_invariants();

select * from finish();
rollback;
