begin;
\i tests/sql/helpers.sql
select plan(9);

create temp table it as select t.slot(t.listing()) as slot;
create temp table b as
select t.book_paid(slot) as refund, t.book(slot, fields => '{"payment_method": "pm_card_visa"}') as void from it;
select t.accepted(t.cancel(refund)) = refund as done from b \gset
select t.play(refund, 'DECLINED:no') is null as done from b \gset
select t.play(void, 'DONE', 'DECLINED:no', 'DECLINED:no') is null as done from b \gset
create temp table dead as select s.id, s.booking_id, s.step from saga.saga s where s.state = 'DEAD';

select is((select array_agg(d.cause order by d.cause) from saga.dead_letter d), array['REFUND_FAILED', 'VOID_FAILED'],
    'two cases');
do $$ begin
    perform saga.lock_sagas(array(select id from dead));
end $$;
select is((select array_agg(saga.reopen(id)) from dead), array[null, null]::jsonb[], 'are set going again');
select is(saga.reopen(id) #>> '{refusal,code}', 'INVALID_STATE', 'once') from dead limit 1;
do $$ begin
    perform saga.close_case(id, 'olga', 'again') from dead;
    perform t.settle(refund), t.settle(void) from b;
end $$;
select is(t.payments(refund), 'REFUNDED 10000/10000', 'the money goes back') from b;
select is(t.payments(void), 'VOIDED 0/0', 'the authorization is let go of') from b;
select is((select count(distinct o.gateway_key) from payment.operation o where o.kind = 'REFUND'), 2::bigint,
    'under another key');
select is((select array_agg(distinct s.state) from saga.saga s join dead on dead.id = s.id), array['SUCCEEDED', 'UNWOUND'],
    'they end');
select is((select count(*) from saga.dead_letter d where d.state = 'OPEN'), 0::bigint, 'no case is open');
select t.expect_invariants();

select * from finish();
rollback;
