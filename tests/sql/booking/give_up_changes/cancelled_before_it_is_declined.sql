begin;
\i tests/sql/helpers.sql
select plan(6);

-- The saga that waits for the gateway sees to the rest, whatever the answer.
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

create temp table authorization_under_way as select t.claim(id) as step from b;
update booking.change c set due_at = clock_timestamp() - interval '1 second';
select is(booking.give_up_changes('10'), '1', 'is given up');
select is(t.code(t.cancel(id)), 'OK', 'then cancelled') from b;
select is(t.record(step, 'DECLINED:card_declined') ->> 'applied', 'true',
    'then the gateway answers') from authorization_under_way;
select t.settle(id) is null as done from b \gset
select is(t.payments(id), 'REFUNDED 10000/10000, FAILED 0/0', 'all is given back') from b;
select is((select s.state from saga.saga s order by s.id desc limit 1), 'UNWOUND', 'its saga is unwound');
select t.expect_invariants();

select * from finish();
rollback;
