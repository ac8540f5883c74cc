begin;
\i tests/sql/helpers.sql
select plan(6);

create temp table b as select t.book(t.slot(t.listing()), fields => '{"payment_method": "pm_card_visa"}') as id;

select t.expect_seen('stuck_saga', 'delete from pgmq.q_saga', 'no message will move it');
select t.expect_seen('stuck_saga', $$ update saga.saga set deadline = now() - interval '31 seconds' $$, 'late, and no case');
select is(t.plant('stuck_saga', $$ update saga.saga set deadline = now() - interval '10 seconds' $$), 0::bigint,
    'the sweep is about to find it');
select t.expect_seen('stuck_saga', $$ update saga.saga set state = 'WAITING';
    update booking.booking set status = 'CANCELLED', reason = 'OPERATOR', hold_expires_at = null, expire_due_at = null $$,
    'it waits for the customer of a booking that is over');
select t.expect_seen('stuck_saga', $$ update saga.saga set state = 'DEAD', ended_at = now() $$, 'dead, and nobody is told');
select t.expect_invariants();

select * from finish();
rollback;
