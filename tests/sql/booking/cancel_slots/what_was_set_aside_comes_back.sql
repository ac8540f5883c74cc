begin;
\i tests/sql/helpers.sql
select plan(3);

create temp table it as select t.slot(t.listing(), 2) as slot;
create temp table b as select t.book_paid(slot, 2) as id from it;
create temp table entry as select t.accepted(t.join(slot, 1)) as id from it;
do $$ begin perform t.accepted(t.cancel(id)) from b; end $$;

select is(t.places(slot), '0 taken, 1 aside, 1 waiting of 2', 'a place is kept for the queue') from it;
do $$ begin
    perform t.accepted(t.write('booking.cancel_slots', t.actor(), jsonb_build_object('slot_id', slot,
        'expected_version', null, 'note', null)))
    from it;
end $$;
select is(t.places(slot), '0 taken, 0 aside, 0 waiting of 2', 'until nobody waits any more') from it;
select t.serve() is null as done \gset
select t.settle_all() is null as done \gset
select t.expect_invariants();

select * from finish();
rollback;
