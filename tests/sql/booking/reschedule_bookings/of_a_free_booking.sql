begin;
\i tests/sql/helpers.sql
select plan(6);

create temp table it as
with l as (select t.listing() as id)
select t.slot(id, 5, 30, '{"price_minor": 0}') as free, t.slot(id, 5, 31) as slot from l;
create function pg_temp.move(booking_id uuid, lines jsonb,
    payment_method text default null) returns jsonb language sql as $$
    select t.ask('reschedule', booking_id, jsonb_build_object('payment_method', payment_method, 'lines', lines))
$$;
create temp table b as select t.book(free) as id from it;

select is(t.code(pg_temp.move(id, jsonb_build_array(t.line(slot)))), 'PAYMENT_METHOD_REQUIRED',
    'costs something now') from b, it;
select is(t.code(pg_temp.move(id, jsonb_build_array(t.line(slot)), 'pm_card_visa')), 'OK', 'is begun') from b, it;
select t.settle(id) is null as done from b \gset
select is(t.payments(id), 'CAPTURED 10000/0', 'is charged') from b;
select is(t.owed(id), 10000::bigint, 'is owed') from b;
select is(booking.document(b, 2) -> 'payments', '[]', 'there was no payment before') from booking.booking b;
select t.expect_invariants();

select * from finish();
rollback;
