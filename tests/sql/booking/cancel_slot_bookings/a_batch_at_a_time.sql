begin;
\i tests/sql/helpers.sql
select plan(8);

create temp table it as
with l as (select t.listing('show', jsonb_build_object('rate_plans', jsonb_build_array(t.plan('saver', '[]'))))  as id)
select t.slot(id, 9, 30) as slot, t.slot(id, 9, 31) as other from l;
create temp table b as select t.book_paid(slot) as id from it, generate_series(1, 3);
create temp table both_days as
select t.book_lines(jsonb_build_array(t.line(slot), t.line(other)),
    fields => '{"payment_method": "pm_card_visa"}') as id from it;
do $$ begin
    perform t.settle_all();
    perform t.accepted(t.write('booking.cancel_slots', t.actor(), jsonb_build_object('slot_id', slot,
        'expected_version', null, 'note', null)))
    from it;
end $$;
create function pg_temp.progress() returns text language sql as $$
    select format('%s: %s of %s', c.state, c.cancelled, c.bookings) from booking.slot_cancellation c
$$;
create function pg_temp.cancel() returns text language sql as $$
    select booking.cancel_slot_bookings(c.id, 3) from booking.slot_cancellation c
$$;

select is(pg_temp.cancel(), 'AGAIN', 'there are more than a batch');
select is(pg_temp.progress(), 'RUNNING: 3 of 4', 'is how far it is');
select is(pg_temp.cancel(), 'DONE', 'then the last');
select is(pg_temp.progress(), 'DONE: 4 of 4', 'and it is done');
select is(pg_temp.cancel(), 'DONE', 'nothing is left');
select t.settle_all() is null as done \gset
select is((select array_agg(distinct t.status(id) || ', ' || t.payments(id)) from b),
    array['CANCELLED SLOT_CANCELLED, REFUNDED 10000/10000'],
    'all is given back, whatever the policy');
select is(t.places(other), '0 taken, 0 aside, 0 waiting of 9', 'a booking goes with all of its lines') from it;
select t.expect_invariants();

select * from finish();
rollback;
