begin;
\i tests/sql/helpers.sql
select plan(5);

create temp table it as select t.slot(t.listing()) as slot;
create temp table b as select t.book(slot, 2, fields => '{"payment_method": "pm_card_visa"}') as id from it;
select t.play(id, 'DONE') is null as done from b \gset
create temp table capture as select t.claim(id) as step from b;

select is(t.code(t.cancel(id)), 'OK', 'is cancelled while it is being charged') from b;
select is(t.record(step) ->> 'applied', 'true', 'then the charge is there') from capture;
select t.settle(id) is null as done from b \gset
select is(t.payments(id), 'REFUNDED 20000/20000', 'and goes back') from b;
select is((select format('%s %s', s.kind, s.state) from saga.saga s), 'booking UNWOUND', 'by the same saga');
select t.expect_invariants();

select * from finish();
rollback;
