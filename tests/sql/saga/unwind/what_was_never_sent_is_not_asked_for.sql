begin;
\i tests/sql/helpers.sql
select plan(9);

create temp table it as select t.slot(t.listing(), 5) as slot;
create temp table b as
select t.book(slot, fields => '{"payment_method": "pm_card_visa"}') as never,
       t.book(slot, fields => '{"payment_method": "pm_card_visa"}') as failed,
       t.book(slot, fields => '{"payment_method": "pm_card_visa"}') as doubtful from it;
do $$ begin perform t.play(failed, 'FAILED:e'), t.play(doubtful, 'UNKNOWN:lost') from b; end $$;

select is(array(select t.code(t.cancel(id)) from b, unnest(array[never, failed, doubtful]) id), array['OK', 'OK', 'OK'],
    'all are cancelled');
select is(t.payments(never), 'FAILED 0/0', 'what was never sent') from b;
select is(t.payments(failed), 'FAILED 0/0', 'and what is known to have done nothing, is over') from b;
select is((select array_agg(p.step || ' ' || p.result order by p.seq) from saga.step p join saga.saga s on s.id = p.saga_id, b
           where s.booking_id = b.never), array['reserve DONE', 'cancel DONE', 'authorize FAILED', 'notify DONE'],
    'which its history tells');
select is((select s.state from saga.saga s, b where s.booking_id = b.never), 'UNWOUND', 'its saga is unwound');
select is(t.payments(doubtful), 'UNKNOWN 0/0', 'what may have been done is waited for') from b;
select is(t.claim(never), null, 'no gateway is asked') from b;
select t.settle(doubtful) is null as done from b \gset
select is(t.payments(doubtful), 'VOIDED 0/0', 'and let go of') from b;
select t.expect_invariants();

select * from finish();
rollback;
