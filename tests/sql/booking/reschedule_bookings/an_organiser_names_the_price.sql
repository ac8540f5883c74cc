begin;
\i tests/sql/helpers.sql
select plan(4);

create temp table it as
with l as (select t.listing() as id) select t.slot(id, 5, 30) as slot, t.slot(id, 5, 31) as other from l;
create temp table b as select t.book_paid(slot) as id from it;

select is(t.code(t.ask('reschedule', id, jsonb_build_object('payment_method', null, 'lines', jsonb_build_array(
    t.line(other, 1, '{"unit_price_minor": 7000}'))), t.actor('ORGANISER'))), 'OK', 'moves it for less') from b, it;
select t.settle(id) is null as done from b \gset
select is(t.payments(id), 'PARTIALLY_REFUNDED 10000/3000', 'the difference comes back') from b;
select is((select e.actor_role from booking.event e where e.type = 'booking.rescheduled'), 'ORGANISER',
    'the event says who');
select t.expect_invariants();

select * from finish();
rollback;
