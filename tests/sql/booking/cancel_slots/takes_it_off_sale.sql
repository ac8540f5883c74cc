begin;
\i tests/sql/helpers.sql
select plan(9);

create temp table it as select t.slot(t.listing(), 4) as slot;
create temp table b as select t.book_paid(slot, 2) as paid, t.book(slot, 2, 'berta') as held from it;
create temp table entry as select t.accepted(t.join(slot, 1, 'carl')) as id from it;
create temp table answer as
select t.write('booking.cancel_slots', t.actor('ORGANISER'), jsonb_build_object(
    'slot_id', slot, 'expected_version', null, 'note', 'the hall is closed')) as outcome
from it;

select is(outcome ->> 'id', slot::text, 'is cancelled') from answer, it;
select is((select s.state from inventory.slot s join it on it.slot = s.id), 'CANCELLED', 'the slot says so');
select is(t.code(t.try_book(t.line(slot), 'dora')), 'SALES_CLOSED', 'nothing of it is sold any more') from it;
select is((select format('%s %s', e.status, e.reason) from booking.waitlist_entry e), 'CLOSED SLOT_CANCELLED',
    'who waits is sent home');
select is(t.places(slot), '4 taken, 0 aside, 0 waiting of 4', 'its bookings follow later') from it;
select is((select v - array['id', 'organiser_id', 'started_at', 'slot_id'] from it,
    booking.view_slot_cancellations(jsonb_build_array(slot)) v),
    '{"state": "RUNNING", "bookings": 2, "cancelled": 0, "note": "the hall is closed", "ended_at": null}',
        'which is written down');
select is(t.code(t.write('booking.cancel_slots', t.actor(), jsonb_build_object('slot_id', slot, 'expected_version',
    null, 'note', null))),
    'INVALID_STATE', 'a slot is cancelled once') from it;
select t.cancel_slot_bookings(slot) is null as done from it \gset
select is(t.balance(slot, 'available'), 4::bigint, 'the places come back') from it;
select t.settle_all() is null as done \gset
select t.expect_invariants();

select * from finish();
rollback;
