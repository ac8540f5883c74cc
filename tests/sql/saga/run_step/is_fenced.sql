begin;
\i tests/sql/helpers.sql
select plan(8);

create temp table it as select t.slot(t.listing()) as slot;
create temp table b as select t.book(slot) as id from it;
select t.accepted(t.write('booking.cancel_slots', t.actor(), jsonb_build_object('slot_id', slot,
    'expected_version', null, 'note', null))) = slot as done from it \gset
create temp table claim as select t.claim_cancellation(slot) as step from it;

select is(step ->> 'action' || ' ' || (step ->> 'kind') || ' ' || (step ->> 'step'), 'LOCAL slot_cancellation cancel',
    'a step of our own') from claim;
select is(step -> 'call', 'null', 'asks no gateway') from claim;
update saga.saga set lease = lease + 1 where kind = 'slot_cancellation';
select throws_ok('select saga.run_step(step) from claim', 'HF004', null, 'who has lost its lease is told');
select is(t.status(id), 'PENDING', 'and has changed nothing') from b;
update saga.saga set lease = lease - 1 where kind = 'slot_cancellation';
select is(saga.run_step(step) -> 'applied', 'true', 'who holds it cancels') from claim;
select throws_ok('select saga.run_step(step) from claim', 'HF004', null, 'once');
select is((select array_agg(p.step || ' ' || p.result order by p.seq) from saga.step p join saga.saga s on s.id = p.saga_id
           where s.kind = 'slot_cancellation'), array['close DONE', 'cancel DONE', 'notify DONE'], 'and it is over');
select t.expect_invariants();

select * from finish();
rollback;
