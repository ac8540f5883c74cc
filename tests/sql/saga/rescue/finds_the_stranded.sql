begin;
\i tests/sql/helpers.sql
select plan(8);

create temp table it as select t.slot(t.listing(), 5) as slot;
create temp table b as
select t.book(slot, fields => '{"payment_method": "pm_card_visa"}') as lost, t.book(slot) as waiting,
       t.book_paid(slot) as done from it;
delete from pgmq.q_saga;

select is(saga.rescue('10'), '0', 'a saga that has just begun may yet be on its way');
update saga.saga set created_at = created_at - interval '1 minute';
select is(saga.rescue('0'), '0', 'no more than a batch');
select is(saga.rescue('10'), '1', 'one that no message will move');
select is(saga.rescue('10'), '0', 'once');
select is((select m.message ->> 'saga_id' from pgmq.q_saga m),
    (select s.id::text from saga.saga s join b on b.lost = s.booking_id), 'is back on the queue');
select t.settle(lost) is null as ended from b \gset
select is(t.status(lost), 'CONFIRMED', 'and goes its way') from b;
select is(t.status(waiting), 'PENDING', 'who has yet to pay is left alone') from b;
select t.expect_invariants();

select * from finish();
rollback;
