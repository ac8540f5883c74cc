begin;
\i tests/sql/helpers.sql
select plan(6);

select t.slot(t.listing(), 2) as slot \gset
select t.book(:'slot', 1) as booking \gset
select t.book(:'slot', 1);
select t.accepted(t.join(:'slot', 2, 'berta')) as large \gset
select t.cancel(:'booking'), t.serve();
select is(t.places(:'slot'), '1 taken, 1 aside, 2 waiting of 2', 'somebody waits');
update inventory.slot set sale_closes_at = clock_timestamp() where id = :'slot';

select is(t.serve(), 1, 'that a sale has ended is found without a message');
select is((select status || ' ' || reason from booking.waitlist_entry), 'CLOSED SALES_CLOSED', 'who waits is sent home');
select is(t.places(:'slot'), '1 taken, 0 aside, 0 waiting of 2', 'and nothing is set aside');
select is(t.serve(), 0, 'once');
select t.expect_invariants();

select * from finish();
rollback;
