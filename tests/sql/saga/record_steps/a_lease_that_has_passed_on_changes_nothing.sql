begin;
\i tests/sql/helpers.sql
select plan(5);

create temp table b as select t.book(t.slot(t.listing()), fields => '{"payment_method": "pm_card_visa"}') as id;
create temp table first as select t.claim(id) as step from b;
update saga.saga set lease_until = clock_timestamp();
create temp table second as select t.claim(id) as step from b;

select is(t.record(step, 'DECLINED:card_declined') ->> 'applied', 'false',
    'who was paused past its lease is not heard') from first;
select is((select t.events(id) from b), array['booking.created'], 'nothing has happened');
select is(t.record(step) ->> 'applied', 'true', 'who holds it is') from second;
select t.settle(id) is null as done from b \gset
select is(t.payments(id), 'CAPTURED 10000/0', 'it is charged once') from b;
select t.expect_invariants();

select * from finish();
rollback;
