begin;
\i tests/sql/helpers.sql
select plan(9);

-- V 80.00, R 0: whoever can't be refunded may move, but not to get money out.
create temp table it as
with l as (select t.listing() as id)
select t.slot(id, 5, 30) as slot, t.slot(id, 5, 31) as other, t.slot(id, 5, 32, '{"price_minor": 15000}') as dear,
       t.slot(id, 5, 33, '{"price_minor": 4000}') as cheap
from l;
create function pg_temp.move(booking_id uuid, lines jsonb,
    payment_method text default null) returns jsonb language sql as $$
    select t.ask('reschedule', booking_id, jsonb_build_object('payment_method', payment_method, 'lines', lines))
$$;
create temp table b as
select t.book_lines(t.line(slot, 1, '{"rate_plan": "saver"}'),
    fields => '{"payment_method": "pm_card_visa"}') as id from it;
select t.settle(id) is null as done from b \gset

select is(t.code(pg_temp.move(id, jsonb_build_array(t.line(cheap, 1, '{"rate_plan": "flexible"}')))), 'OK',
    'to something cheaper')
from b, it;
select is(t.owed(id), 8000::bigint, 'as much is owed as before') from b;
select t.settle(id) is null as done from b \gset
select is(t.payments(id), 'CAPTURED 8000/0', 'nothing comes back') from b;
select is(t.money(id, 'fees'), -4000::bigint, 'the difference is kept') from b;
select is((select b.total_minor from booking.booking b), 4000::bigint, 'the lines cost less than that');
select is(booking.quote_refund(jsonb_build_object('actor', t.actor(), 'id', id)) -> 'refund_minor', '0',
    'under the better policy it is still what it was') from b;
select is(t.code(t.cancel(id)), 'OK', 'cancelled') from b;
select t.settle(id) is null as done from b \gset
select is(t.payments(id), 'CAPTURED 8000/0', 'and still nothing comes back') from b;
select t.expect_invariants();

select * from finish();
rollback;
