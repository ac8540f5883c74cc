begin;
\i tests/sql/helpers.sql
select plan(5);

create temp table it as select t.slot(t.listing(), 5) as slot;
create temp table b as select t.book(slot) as held, t.book_paid(slot) as over from it;
do $$ begin
    perform t.start_in(slot, '-1 minute') from it;
    perform t.accepted(t.ask('complete', over, '{"no_show": false}', t.actor())) from b;
    perform t.accepted(t.write('booking.cancel_slots', t.actor(), jsonb_build_object('slot_id', slot,
        'expected_version', null, 'note', null)))
    from it;
end $$;

select is(t.cancel_slot_bookings(slot), 1, 'a hold goes too') from it;
select is(t.status(held), 'CANCELLED SLOT_CANCELLED', 'like the others') from b;
select is(t.status(over), 'COMPLETED', 'what is over stays') from b;
select is((select format('%s: %s of %s', c.state, c.cancelled, c.bookings) from booking.slot_cancellation c),
    'DONE: 1 of 1', 'and it is done');
select t.expect_invariants();

select * from finish();
rollback;
