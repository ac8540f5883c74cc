begin;
\i tests/sql/helpers.sql
select plan(8);

create temp table it as
with l as (select t.listing() as id)
select t.slot(id, 5, 30) as slot, t.slot(id, 5, 31) as other, t.slot(id, 5, 32, '{"price_minor": 15000}') as dear,
       t.slot(id, 5, 33, '{"price_minor": 18000}') as dearest
from l;
create function pg_temp.move(booking_id uuid, slot uuid,
    payment_method text default 'pm_card_visa') returns void language sql as $$
    select t.accepted(t.ask('reschedule', booking_id, jsonb_build_object(
        'payment_method', payment_method, 'lines', jsonb_build_array(t.line(slot)))))
$$;
create temp table b as select t.book_paid(slot) as leaves, t.book_paid(other) as comes from it;
do $$ begin
    perform pg_temp.move(leaves, dear), pg_temp.move(comes, dear) from b, it;
    perform t.accepted(t.write('booking.cancel_slots', t.actor(), jsonb_build_object('slot_id', s, 'expected_version',
        null, 'note', null)))
    from it, unnest(array[slot, dear]) s;
end $$;

select is(t.cancel_slot_bookings(slot) + t.cancel_slot_bookings(dear), 0, 'both are passed over') from it;
select is((select array_agg(s.failures) from saga.saga s where s.kind = 'slot_cancellation'), array[0, 0],
    'which is no failure');
select t.settle(leaves) is null as done from b \gset
select t.play(comes, 'DECLINED:card_declined') is null as done from b \gset
select is(t.cancel_slot_bookings(slot) + t.cancel_slot_bookings(dear), 3, 'until it is known where they are') from it;
select is(t.status(leaves), 'CANCELLED SLOT_CANCELLED', 'who has come is cancelled') from b;
select is(t.status(comes), 'CONFIRMED', 'who has not is not') from b;
select is((select array_agg(distinct c.state) from booking.slot_cancellation c), array['DONE'], 'both slots are done');
select t.settle_all() is null as done \gset
select is(t.payments(leaves), 'REFUNDED 10000/10000, REFUNDED 5000/5000', 'both charges come back') from b;
select t.expect_invariants();

select * from finish();
rollback;
