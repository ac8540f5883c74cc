begin;
\i tests/sql/helpers.sql
select plan(6);

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
select t.book_lines(jsonb_build_array(t.line(slot, 3), t.line(other)),
    fields => '{"payment_method": "pm_card_visa"}') as id from it;
select t.settle(id) is null as done from b \gset
update inventory.slot s set price_minor = 99900 from it where s.id = it.slot;

select is(t.code(pg_temp.move(id, jsonb_build_array(t.line(slot, 2), t.line(cheap, 2)))), 'OK',
    'two of three stay') from b, it;
select is((select string_agg(format('%s x %s', l.quantity, l.unit_price_minor), ', ' order by l.line_no)
           from booking.line l where l.active), '2 x 4000, 2 x 10000', 'at the price they were sold for');
select is(t.places(slot), '2 taken, 0 aside, 0 waiting of 5', 'and were never let go of') from it;
select is((select sum(r.quantity) from inventory.transfer r, it where r.slot_id = it.slot and r.debit = 'sold'),
    3::bigint,
    'nor taken twice');
select t.settle(id) is null as done from b \gset
select is(t.payments(id), 'PARTIALLY_REFUNDED 40000/12000', 'the difference comes back') from b;
select t.expect_invariants();

select * from finish();
rollback;
