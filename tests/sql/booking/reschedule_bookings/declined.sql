begin;
\i tests/sql/helpers.sql
select plan(7);

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

select t.play(id, 'DECLINED:card_declined') is null as done from b \gset
select is((select t.events(id))[5:], array['booking.change_started', 'payment.declined', 'booking.change_failed'],
    'it comes to nothing')
from b;
select is(array[t.places(slot), t.places(dear)], array['1 taken, 0 aside, 0 waiting of 5',
    '0 taken, 0 aside, 0 waiting of 5'],
    'the new place is free, the old one kept') from it;
select is(t.owed(id), 10000::bigint, 'the booking is what it was') from b;
select is(t.payments(id), 'CAPTURED 10000/0, FAILED 0/0', 'the charge failed') from b;
select is((select format('%s %s', s.kind, s.state) from saga.saga s order by s.id desc limit 1), 'reschedule UNWOUND',
    'its saga is unwound');
select is(t.code(pg_temp.move(id, jsonb_build_array(t.line(dear)), 'pm_card_visa')), 'OK',
    'and it may be asked for again') from b, it;
select t.settle(id) is null as done from b \gset
select t.expect_invariants();

select * from finish();
rollback;
