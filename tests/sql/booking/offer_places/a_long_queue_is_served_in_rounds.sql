begin;
\i tests/sql/helpers.sql
select plan(4);

select t.listing() as listing \gset
select t.slot(:'listing', 120) as slot \gset
select t.book(:'slot', 120) as booking \gset
select t.join(:'slot', 1, 'waiter-' || n) from generate_series(1, 120) n \g /dev/null
select t.cancel(:'booking') \g /dev/null

select is(t.serve(), 1, 'one message');
select is((select max(right(customer_id, -7)::integer) from booking.waitlist_entry where status = 'OFFERED'), 50,
    'serves the first 50');
select t.serve(), t.serve();
select is(t.places(:'slot'), '120 taken, 0 aside, 0 waiting of 120', 'and brings the next by itself');
select t.expect_invariants();

select * from finish();
rollback;
