begin;
\i tests/sql/helpers.sql
select plan(8);

create temp table it as select t.slot(t.listing(), 5) as slot;
create temp table b as select t.book(slot, fields => '{"payment_method": "pm_card_chargeDeclined"}') as id from it;

select t.settle(id) is null as done from b \gset
select is(t.status(id), 'PENDING', 'one attempt') from b;
select is((select b.expire_due_at from booking.booking b), (select b.hold_expires_at from booking.booking b),
    'the hold runs on');
select is(t.code(t.pay(id, 'pm_card_chargeDeclined')), 'OK', 'another') from b;
select t.settle(id) is null as done from b \gset
select is(t.code(t.pay(id, 'pm_card_chargeDeclined')), 'OK', 'and another') from b;
select t.settle(id) is null as done from b \gset
select is(t.status(id), 'CANCELLED PAYMENT_FAILED', 'are all there are') from b;
select is(t.places(slot), '0 taken, 0 aside, 0 waiting of 5', 'the places are free') from it;
select is((select s.state from saga.saga s), 'UNWOUND', 'the saga is over');
select t.expect_invariants();

select * from finish();
rollback;
