begin;
\i tests/sql/helpers.sql
select plan(9);

select t.slot(t.listing(fields => '{"offer_seconds": 1200}'), 2) as slot \gset
select t.book(:'slot', 1) as one \gset
select t.book(:'slot', 1) as two \gset
select t.accepted(t.join(:'slot', 1, 'berta', '{"rate_plan": "saver"}')) as first \gset
select t.accepted(t.join(:'slot', 1, 'carl')) as second \gset
select t.cancel(:'one');

select is(t.places(:'slot'), '1 taken, 1 aside, 2 waiting of 2', 'a place that comes back is set aside');
select is(t.code(t.try_book(t.line(:'slot'), 'dora')), 'SOLD_OUT', 'nobody overtakes');
select is(t.serve(), 1, 'one message is handled');
select is(t.places(:'slot'), '2 taken, 0 aside, 1 waiting of 2', 'the place is held again');
select is(array[t.status(t.offered(:'first')), t.status(t.offered(:'second'))], array['PENDING', null],
    'for the first in the queue');
select results_eq(
    $$ select b.customer_id, b.total_minor, e.actor_role, e.actor_id,
              round(extract(epoch from b.hold_expires_at - b.created_at)), b.expire_due_at = b.hold_expires_at,
              b.auto_cancel_at - b.hold_expires_at
       from booking.booking b join booking.event e on e.booking_id = b.id where b.customer_id = 'berta' $$,
    $$ values ('berta', 8000::bigint, 'SYSTEM', 'waiting-list', 1200::numeric, true, interval '5 minutes') $$,
    'as it asked for, and for as long as the listing says');
select is(t.serve(), 0, 'it is offered once');
select t.cancel(:'two'), t.serve();
select is(t.status(t.offered(:'second')), 'PENDING', 'then it is the turn of the next');
select t.expect_invariants();

select * from finish();
rollback;
