begin;
\i tests/sql/helpers.sql
select plan(8);

-- 100.00 for the booking itself, then 50.00 and 30.00 for changes.
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
create temp table b as select t.book_paid(slot) as id from it;
do $$ begin
    perform pg_temp.move(id, dear), t.settle(id) from b, it;
    perform pg_temp.move(id, dearest), t.settle(id) from b, it;
end $$;

select is(t.payments(id), 'CAPTURED 10000/0, CAPTURED 5000/0, CAPTURED 3000/0', 'three payments') from b;
select is(t.code(t.ask('refund', id, '{"amount_minor": 9000, "currency": "EUR"}', t.actor())), 'OK',
    'half of it comes back') from b;
select t.play(id, 'DONE') is null as done from b \gset
select is(t.payments(id), 'CAPTURED 10000/0, CAPTURED 5000/0, REFUNDED 3000/3000', 'first from the last') from b;
select t.play(id, 'DONE') is null as done from b \gset
select is(t.payments(id), 'CAPTURED 10000/0, REFUNDED 5000/5000, REFUNDED 3000/3000',
    'then from the one before') from b;
select t.settle(id) is null as done from b \gset
select is(t.payments(id), 'PARTIALLY_REFUNDED 10000/1000, REFUNDED 5000/5000, REFUNDED 3000/3000',
    'then from the first') from b;
select is((select count(*) from saga.saga s where s.kind = 'refund'), 1::bigint, 'by one saga');
select is((select array_agg(e.data ->> 'paymentNumber' order by e.version) from booking.event e
           where e.type = 'payment.refunded'),
    array['3', '2', null], 'the events say of which');
select t.expect_invariants();

select * from finish();
rollback;
