begin;
\i tests/sql/helpers.sql
select plan(15);

create temp table it as select t.slot(t.listing()) as slot;
create temp table b as
select t.book(slot, fields => '{"payment_method": "pm_card_visa"}') as open,
       t.book(slot, fields => '{"payment_method": "pm_card_visa"}') as doubtful,
       t.book(slot, fields => '{"payment_method": "pm_card_visa"}') as letting_go from it;
do $$ begin
    perform t.play(open, 'DONE'), t.play(doubtful, 'DONE', 'UNKNOWN:lost'),
            t.play(letting_go, 'DONE', 'DECLINED:capture_declined') from b;
end $$;
select ok((select bool_and(p.authorization_expires_at > now() + interval '6 days') from payment.payment p),
    'an authorization holds for a week');
select is(payment.lapse_authorizations('10'), '0', 'in time');

update saga.saga set deadline = clock_timestamp();
update payment.payment set authorization_expires_at = clock_timestamp() + interval '23 hours';
select is(saga.report_overdue('10'), '3', 'a day before');
select is((select array_agg(d.cause order by d.cause) from saga.dead_letter d),
    array['CAPTURE_DUE', 'CAPTURE_DUE', 'OVERDUE'], 'somebody is told what can still be captured');

update payment.payment set authorization_expires_at = clock_timestamp();
update pgmq.q_saga set vt = clock_timestamp() + interval '1 hour';
select is(payment.lapse_authorizations('10'), '2', 'then it is over');
select is(t.status(open), 'CANCELLED PAYMENT_FAILED', 'the booking goes with its money') from b;
select is(t.payments(open), 'VOIDED 0/0', 'nothing is reserved any more') from b;
select is((select count(*) from payment.operation o join payment.payment p on p.id = o.payment_id, b
           where p.booking_id = b.open and o.kind = 'VOID'), 0::bigint, 'without a call');
select is(t.payments(letting_go), 'VOIDED 0/0', 'what was to be let go of, is') from b;
select is(t.status(doubtful), 'CONFIRMED', 'what may have been captured is left alone') from b;
select is((select m.vt <= clock_timestamp() from pgmq.q_saga m join saga.saga s on s.id::text = m.message ->> 'saga_id'
           join b on b.doubtful = s.booking_id), true, 'and looked up at once');
select t.settle(doubtful) is null as done from b \gset
select is(t.payments(doubtful), 'CAPTURED 10000/0', 'it was') from b;
select is((select count(*) from saga.dead_letter d where d.state = 'OPEN'), 0::bigint, 'the cases are closed');
select is((select count(*) from pgmq.q_saga m where exists (select from saga.saga s
    where s.id::text = m.message ->> 'saga_id' and s.ended_at is null)), 0::bigint, 'nothing is left to do');
select t.expect_invariants();

select * from finish();
rollback;
