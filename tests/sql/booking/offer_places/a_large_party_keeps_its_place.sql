begin;
\i tests/sql/helpers.sql
select plan(6);

select t.slot(t.listing(), 3) as slot \gset
select t.book(:'slot', 1) as one \gset
select t.book(:'slot', 1) as two \gset
select t.book(:'slot', 1) as three \gset
select t.accepted(t.join(:'slot', 2, 'berta')) as large \gset
select t.accepted(t.join(:'slot', 1, 'carl')) as small \gset

select t.cancel(:'one'), t.serve();
select is(array[t.offered(:'large') is null, t.offered(:'small') is not null], array[true, true],
    'one place goes to the first whom it is enough for');
select t.cancel(:'two'), t.serve();
select is(t.places(:'slot'), '2 taken, 1 aside, 2 waiting of 3', 'the next one is kept for the large party');
select is(t.code(t.try_book(t.line(:'slot'), 'dora')), 'SOLD_OUT', 'which nobody overtakes');
select t.cancel(:'three'), t.serve();
select is(t.status(t.offered(:'large')), 'PENDING', 'until there are two');
select is(t.places(:'slot'), '3 taken, 0 aside, 0 waiting of 3', 'and nothing is left aside');
select t.expect_invariants();

select * from finish();
rollback;
