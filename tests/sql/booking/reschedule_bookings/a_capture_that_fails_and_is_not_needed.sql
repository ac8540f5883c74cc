begin;
\i tests/sql/helpers.sql
select plan(5);

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

select t.play(id, 'DONE') is null as done from b \gset
create temp table capture as select t.claim(id) as step from b;
select is(t.code(t.ask('refund', id, '{"amount_minor": 6000, "currency": "EUR"}', t.actor())), 'OK',
    'less is owed than was captured')
from b;
select is(t.record(step, 'DECLINED:capture_declined') ->> 'applied', 'true', 'the capture fails') from capture;
select t.settle(id) is null as done from b \gset
select is(t.payments(id), 'PARTIALLY_REFUNDED 10000/1000, VOIDED 0/0',
    'it is let go of, and the rest given back') from b;
select is((select s.state from saga.saga s order by s.id desc limit 1), 'SUCCEEDED', 'no operator is needed');
select t.expect_invariants();

select * from finish();
rollback;
