begin;
\i tests/sql/helpers.sql
select plan(6);

-- The places of the change are given, the old ones may be somebody else's by now: nothing is taken away silently.
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

select t.play(id, 'DONE', 'DECLINED:capture_declined') is null as done from b \gset
select is(t.status(id), 'CONFIRMED', 'the booking keeps its new place') from b;
select is(t.payments(id), 'CAPTURED 10000/0, FAILED 0/0', 'the charge failed') from b;
select is((select s.state from saga.saga s order by s.id desc limit 1), 'DEAD', 'it is an operator''s case');
select is(t.code(t.cancel(id)), 'OK', 'a cancellation') from b;
select t.settle(id) is null as done from b \gset
select is(t.payments(id), 'REFUNDED 10000/10000, FAILED 0/0', 'gives back what was taken, and no more') from b;
select t.expect_invariants();

select * from finish();
rollback;
