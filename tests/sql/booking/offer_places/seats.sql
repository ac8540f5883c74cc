begin;
\i tests/sql/helpers.sql
select plan(6);

select t.seated_slot(t.listing(), t.hall(1, 5)) as slot \gset
select t.book(:'slot', 3) as three \gset
select t.book(:'slot', 2) as two \gset
select t.accepted(t.join(:'slot', 4, 'berta')) as large \gset
select t.accepted(t.join(:'slot', 1, 'carl')) as small \gset
select t.cancel(:'two');

select is(t.places(:'slot'), '3 taken, 2 aside, 5 waiting of 5', 'seats that come back are set aside');
select is(t.code(t.try_book(t.line(:'slot'), 'dora')), 'SOLD_OUT', 'nobody overtakes');
select t.serve();
select is(t.places(:'slot'), '4 taken, 1 aside, 4 waiting of 5', 'one seat is enough for carl, the other is kept');
select t.cancel(:'three'), t.serve();
select is(t.places(:'slot'), '5 taken, 0 aside, 0 waiting of 5', 'four are enough for berta');
select is((select count(*) from inventory.seat where booking_id = t.offered(:'large')), 4::bigint, 'each with its seat');
select t.expect_invariants();

select * from finish();
rollback;
