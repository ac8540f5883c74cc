begin;
\i tests/sql/helpers.sql
select plan(6);

create temp table it as select t.slot(t.listing()) as slot;
create temp table b as select t.book(slot, 2, fields => '{"payment_method": "pm_card_visa"}') as id from it;
select t.play(id, 'DONE', 'DECLINED:capture_declined') is null as done from b \gset

select is(t.status(id), 'CANCELLED PAYMENT_FAILED', 'goes with its money') from b;
select is(t.places(slot), '0 taken, 0 aside, 0 waiting of 10', 'its places are free') from it;
select t.settle(id) is null as done from b \gset
select is(t.payments(id), 'VOIDED 0/0', 'what was reserved is let go of') from b;
select is(t.money(id, 'customer'), 0::bigint, 'nothing is open between us') from b;
select is((select s.state from saga.saga s), 'UNWOUND', 'the saga is unwound');
select t.expect_invariants();

select * from finish();
rollback;
