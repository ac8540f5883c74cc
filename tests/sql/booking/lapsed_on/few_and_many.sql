begin;
\i tests/sql/helpers.sql
select plan(5);

-- Few have lapsed, and then so many that they are looked for from the other side.
select t.listing() as listing \gset
select t.slot(:'listing', 2) as slot, t.slot(:'listing', 1000, 31) as other \gset
select t.book(:'slot', 1, 'anna') as lapsing, t.book(:'slot', 1, 'berta') as held \gset
select t.book(:'other', 1, 'customer-' || n) from generate_series(1, 501) n \g /dev/null
select is(booking.lapsed_on(array[:'slot'::uuid]), null, 'nothing has lapsed');
select t.lapse(:'lapsing');
select is(booking.lapsed_on(array[:'slot'::uuid]), array[:'lapsing'::uuid], 'one has, and few besides');
update booking.booking set expire_due_at = clock_timestamp() - interval '1 second', hold_expires_at = clock_timestamp() - interval '1 second'
where customer_id like 'customer-%';
select is(booking.lapsed_on(array[:'slot'::uuid]), array[:'lapsing'::uuid], 'one has, and many besides');
select is(cardinality(booking.lapsed_on(array[:'slot'::uuid, :'other'::uuid])), 502, 'all of them, by all slots');
select is(t.code(t.try_book(t.line(:'slot'), 'carla')), 'OK', 'who comes next has its place');

select * from finish();
rollback;
