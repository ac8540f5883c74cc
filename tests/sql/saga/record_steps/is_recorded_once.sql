begin;
\i tests/sql/helpers.sql
select plan(7);

-- The connection breaks after the commit, and the worker records the same outcome again.
create temp table b as select t.book(t.slot(t.listing()), fields => '{"payment_method": "pm_card_visa"}') as id;
create temp table step as select t.claim(id) as claim from b;

select is(t.record(claim, 'FAILED:server_error') ->> 'applied', 'true', 'a failure is recorded') from step;
select is(t.record(claim, 'FAILED:server_error') ->> 'applied', 'false', 'once') from step;
select is((select o.failures from payment.operation o), 1, 'and counted once');
create temp table next as select t.claim(id) as claim from b;
select is(t.record(claim) ->> 'applied', 'true', 'what was done is recorded') from next;
select is(t.record(claim) ->> 'applied', 'false', 'once, although nobody has claimed the saga since') from next;
select t.settle(id) is null as done from b \gset
select is(t.status(id) || ', ' || t.payments(id), 'CONFIRMED, CAPTURED 10000/0', 'the booking goes its way') from b;
select t.expect_invariants();

select * from finish();
rollback;
