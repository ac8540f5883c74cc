begin;
\i tests/sql/helpers.sql
select plan(6);

create temp table it as
with l as (select t.listing() as id)
select t.slot(id, 5, 30) as slot, t.slot(id, 5, 31, '{"price_minor": 15000}') as dear from l;
create temp table b as select t.book_paid(slot) as id from it;
select t.accepted(t.ask('reschedule', id, jsonb_build_object(
    'payment_method', 'pm_card_visa', 'lines', jsonb_build_array(t.line(dear))))) = id as done from b, it \gset

select t.play(id, 'UNKNOWN:timeout', 'UNKNOWN:timeout') is null as done from b \gset
select is(t.payments(id), 'CAPTURED 10000/0, UNKNOWN 0/0', 'nobody knows') from b;
select is((select e.data from booking.event e where e.type = 'payment.unknown'),
    '{"detail": "timeout", "paymentNumber": 2}',
    'which is said once, and of which payment');
select is(t.places(dear), '1 taken, 0 aside, 0 waiting of 5', 'the place waits') from it;
select t.settle(id) is null as done from b \gset
select is(t.payments(id), 'CAPTURED 10000/0, CAPTURED 5000/0', 'then it is done') from b;
select is((select count(*) from payment.operation o where o.kind = 'AUTHORIZE'), 2::bigint,
    'each charge was asked for under one key');
select t.expect_invariants();

select * from finish();
rollback;
