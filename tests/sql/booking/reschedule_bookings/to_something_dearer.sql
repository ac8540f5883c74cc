begin;
\i tests/sql/helpers.sql
select plan(11);

create temp table it as
with l as (select t.listing() as id)
select t.slot(id, 5, 30) as slot, t.slot(id, 5, 31) as other, t.slot(id, 5, 32, '{"price_minor": 15000}') as dear,
       t.slot(id, 5, 33, '{"price_minor": 4000}') as cheap
from l;
create function pg_temp.move(booking_id uuid, lines jsonb,
    payment_method text default null) returns jsonb language sql as $$
    select t.ask('reschedule', booking_id, jsonb_build_object('payment_method', payment_method, 'lines', lines))
$$;
create temp table b as select t.book_paid(slot) as id from it;
select t.accepted(pg_temp.move(id, jsonb_build_array(t.line(dear)), 'pm_card_visa')) = id as done from b, it \gset

select is(array[t.places(slot), t.places(dear)], array['1 taken, 0 aside, 0 waiting of 5',
    '1 taken, 0 aside, 0 waiting of 5'],
    'old and new places are taken') from it;
select is(array[t.balance(slot, 'sold'), t.balance(dear, 'held')], array[1, 1]::bigint[], 'the new ones held') from it;
select is(t.owed(id), 10000::bigint, 'what is owed has not changed yet') from b;
select t.play(id, 'DONE') is null as done from b \gset
select is((select t.events(id))[5:], array['booking.change_started', 'payment.authorized', 'booking.rescheduled'],
    'once it is authorized, it is done') from b;
select is(array[t.places(slot), t.places(dear)], array['0 taken, 0 aside, 0 waiting of 5',
    '1 taken, 0 aside, 0 waiting of 5'],
    'the old place is free') from it;
select is(t.balance(dear, 'sold'), 1::bigint, 'the new one sold') from it;
select t.settle(id) is null as done from b \gset
select is(t.payments(id), 'CAPTURED 10000/0, CAPTURED 5000/0', 'the difference is a payment of its own') from b;
select is(t.owed(id), 15000::bigint, 'both together are what is owed') from b;
select is((select format('%s %s', c.state, c.charge_minor) from booking.change c), 'DONE 5000', 'the change is done');
select is((select format('%s %s', s.kind, s.state) from saga.saga s order by s.id desc limit 1),
    'reschedule SUCCEEDED', 'and its saga');
select t.expect_invariants();

select * from finish();
rollback;
