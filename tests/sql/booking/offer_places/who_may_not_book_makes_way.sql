begin;
\i tests/sql/helpers.sql
select plan(5);

select t.listing(fields => '{"limit_per_customer": 2}') as listing \gset
select t.slot(:'listing', 2) as slot \gset
select t.book(:'slot', 1, 'dora') as one \gset
select t.book(:'slot', 1, 'dora') as two \gset
select t.accepted(t.join(:'slot', 1, 'berta')) as first \gset
select t.accepted(t.join(:'slot', 1, 'carl')) as second \gset
select t.book(t.slot(:'listing', day => 31), 2, 'berta');
select t.cancel(:'one');

select is(t.serve(), 1, 'one message is handled');
select is((select status || ' ' || reason || ' ' || version from booking.waitlist_entry where id = :'first'),
    'CLOSED LIMIT_PER_CUSTOMER 2', 'what berta holds already counts for her limit');
select is(t.status(t.offered(:'second')), 'PENDING', 'the next one is served in the same breath');
select is(t.places(:'slot'), '2 taken, 0 aside, 0 waiting of 2', 'nobody waits any more');
select t.expect_invariants();

select * from finish();
rollback;
