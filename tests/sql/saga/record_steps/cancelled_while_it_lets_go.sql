begin;
\i tests/sql/helpers.sql
select plan(5);

-- Before its capture is refused, the booking moves to something free: nothing is owed, the authorization is let go of,
-- and while that takes its time, the booking is cancelled.
create temp table it as
with l as (select t.listing() as id)
select t.slot(id, 5, 30) as slot, t.slot(id, 5, 31, '{"price_minor": 0}') as free from l;
create temp table b as select t.book(slot, fields => '{"payment_method": "pm_card_visa"}') as id from it;
select t.play(id, 'DONE') is null as done from b \gset

select is(t.code(t.ask('reschedule', id, jsonb_build_object('payment_method', null,
    'lines', jsonb_build_array(t.line(free))))),
    'OK', 'moves') from b, it;
select t.play(id, 'DECLINED:capture_declined', 'FAILED:server_error') is null as done from b \gset
select is(t.status(id), 'CONFIRMED', 'the booking stands without its money') from b;
select is(t.code(t.cancel(id)), 'OK', 'is cancelled') from b;
select t.settle(id) is null as done from b \gset
select is(t.payments(id), 'VOIDED 0/0', 'is let go of') from b;
select t.expect_invariants();

select * from finish();
rollback;
