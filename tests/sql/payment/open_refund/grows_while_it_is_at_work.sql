begin;
\i tests/sql/helpers.sql
select plan(6);

-- What is granted or cancelled while a refund is under way is not lost, whatever the order.
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

create temp table granted as
select t.code(t.ask('refund', id, '{"amount_minor": 1000, "currency": "EUR"}', t.actor())) as code from b;
create temp table refund as select t.claim(id) as step from b;
select is((select code from granted), 'OK', 'a refund is under way');
select is(t.code(t.ask('refund', id, '{"amount_minor": 500, "currency": "EUR"}', t.actor())), 'OK',
    'another is granted') from b;
select is(t.code(t.cancel(id)), 'OK', 'and then the booking is cancelled') from b;
select is(t.record(step) ->> 'applied', 'true', 'the first is done') from refund;
select t.settle(id) is null as done from b \gset
select is(t.payments(id), 'REFUNDED 10000/10000, REFUNDED 5000/5000, REFUNDED 3000/3000',
    'everything comes back') from b;
select t.expect_invariants();

select * from finish();
rollback;
