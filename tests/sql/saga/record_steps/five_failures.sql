begin;
\i tests/sql/helpers.sql
select plan(8);

create temp table it as select t.slot(t.listing(), 5) as slot;
create temp table b as
select t.book(slot, fields => '{"payment_method": "pm_card_visa"}') as never,
       t.book(slot, fields => '{"payment_method": "pm_card_visa"}') as void, t.book_paid(slot) as refund
from it;

-- An authorization that fails five times was never made; doubts do not count.
select t.play(never, 'FAILED:e', 'UNKNOWN:u', 'FAILED:e:over', 'FAILED:e', 'FAILED:e', 'UNKNOWN:u') is null as done
from b \gset
select is(t.payments(never), 'UNKNOWN 0/0', 'four are not five') from b;
select t.play(never, 'FAILED:e:over') is null as done from b \gset
select is(t.payments(never), 'REQUIRES_METHOD 0/0', 'the fifth is the end of the attempt') from b;
select is((select s.state from saga.saga s join b on b.never = s.booking_id), 'WAITING', 'another may follow');

-- What can't be given back is an operator's case.
select t.play(void, 'DONE', 'DECLINED:no', 'FAILED:e', 'FAILED:e', 'FAILED:e', 'FAILED:e', 'FAILED:e') is null as done
from b \gset
select is(t.status(void) || ', ' || t.payments(void), 'CANCELLED PAYMENT_FAILED, FAILED 0/0',
    'an authorization that stays') from b;
select t.accepted(t.cancel(refund)) is not null as done from b \gset
select t.play(refund, 'DECLINED:refund_declined') is null as done from b \gset
select is(t.payments(refund), 'FAILED 10000/0', 'a refund that was refused') from b;
select is((select array_agg(s.kind || ' ' || s.state order by s.id)
           from saga.saga s, b where s.booking_id in (b.void, b.refund)),
    array['booking DEAD', 'booking SUCCEEDED', 'refund DEAD'], 'are cases');
select is((select count(*) from pgmq.q_saga), 0::bigint, 'that no worker is woken for');
select t.expect_invariants();

select * from finish();
rollback;
