begin;
\i tests/sql/helpers.sql
select plan(8);

create temp table it as select t.slot(t.listing(), 3) as slot;
create temp table b as select t.book_paid(slot, 1, 'anna') as anna, t.book_paid(slot, 1, 'berta') as berta from it;
select t.accepted(t.write('booking.cancel_slots', t.actor(), jsonb_build_object('slot_id', slot,
    'expected_version', null, 'note', null))) = slot as done
from it \gset
set local client_min_messages = error;

-- Its event can't be written.
create function pg_temp.fail() returns trigger language plpgsql as $$
begin
    raise exception 'a test wants it so';
end
$$;
select format('create trigger fails before insert on booking.event for each row when (new.booking_id = %L)
    execute function pg_temp.fail()', anna) from b \gexec

select is(t.cancel_slot_bookings(slot), 1, 'the others are cancelled') from it;
select is(t.statuses(), 'anna CONFIRMED, berta CANCELLED SLOT_CANCELLED', 'by themselves');
select is((select format('%s %s of %s', c.state, c.cancelled, c.bookings) from booking.slot_cancellation c),
    'RUNNING 1 of 2', 'it is not done');
create temp table step as select t.claim_cancellation(slot) as claim from it;
select throws_ok('select saga.run_step(claim) from step', null, null, 'alone, it fails');
select t.record(claim, 'FAILED:e') is null as done from step \gset
select is((select s.failures from saga.saga s where s.kind = 'slot_cancellation'), 1, 'which is counted');
drop trigger fails on booking.event;
select is(t.cancel_slot_bookings(slot), 2, 'it is tried again') from it;
select is((select format('%s %s of %s', c.state, c.cancelled, c.bookings) from booking.slot_cancellation c),
    'DONE 2 of 2', 'until it is');
select t.settle_all() is null as done \gset
select t.expect_invariants();

select * from finish();
rollback;
