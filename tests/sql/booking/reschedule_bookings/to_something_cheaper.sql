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

select is(t.code(pg_temp.move(id, jsonb_build_array(t.line(cheap)))), 'OK', 'moves at once') from b, it;
select is(t.owed(id), 4000::bigint, 'the new price is owed') from b;
select t.settle(id) is null as done from b \gset
select is(t.payments(id), 'PARTIALLY_REFUNDED 10000/6000', 'the difference comes back') from b;
select is(array[t.money(id, 'customer'), t.money(id, 'fees')], array[0, 0]::bigint[], 'and nothing is kept') from b;
select t.expect_invariants();

select * from finish();
rollback;
