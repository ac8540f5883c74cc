begin;
\i tests/sql/helpers.sql
select plan(8);

create temp table it as
with l as (select t.listing() as id)
select t.slot(id, 5, 30) as slot, t.slot(id, 5, 31) as other, t.slot(id, 5, 32, '{"price_minor": 15000}') as dear,
       t.slot(id, 5, 33, '{"price_minor": 4000}') as cheap
from l;
create function pg_temp.move(booking_id uuid, lines jsonb,
    payment_method text default null) returns jsonb language sql as $$
    select t.ask('reschedule', booking_id, jsonb_build_object('payment_method', payment_method, 'lines', lines))
$$;
create temp table b as select t.book_paid(slot, 2) as id from it;

select is(t.code(pg_temp.move(id, jsonb_build_array(t.line(other, 2)))), 'OK', 'moves at once') from b, it;
select is((select t.events(id))[5:], array['booking.rescheduled'], 'in one event') from b;
select is(array[t.places(slot), t.places(other)], array['0 taken, 0 aside, 0 waiting of 5',
    '2 taken, 0 aside, 0 waiting of 5'],
    'the places have moved') from it;
select is(array[t.balance(slot, 'sold'), t.balance(other, 'sold'), t.balance(other, 'held')], array[0, 2, 0]::bigint[],
    'in the books too') from it;
select is(t.owed(id), 20000::bigint, 'as much is owed') from b;
select is(t.payments(id), 'CAPTURED 20000/0', 'no money moves') from b;
select is((select count(*) from saga.saga where ended_at is null), 0::bigint, 'nothing is under way');
select t.expect_invariants();

select * from finish();
rollback;
