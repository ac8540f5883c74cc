begin;
\i tests/sql/helpers.sql
select plan(8);

create temp table it as select t.slot(t.listing()) as slot;
create temp table b as
select t.book(slot, fields => '{"payment_method": "pm_card_visa"}') as pausing, t.book(slot, customer => 'berta') as waiting,
       t.book_paid(slot, customer => 'carla') as dead from it;
select t.accepted(t.cancel(dead)) = dead from b \g /dev/null
select t.play(dead, 'DECLINED:no') is null from b \g /dev/null
create function t.retry(saga_id uuid, actor jsonb default t.actor()) returns text language sql volatile as $$
    select t.code(t.write('saga.retry_sagas', actor, jsonb_build_object('saga_id', saga_id)))
$$;
create function t.saga_of(booking_id uuid) returns uuid language sql volatile as $$
    select s.id from saga.saga s where s.booking_id = saga_of.booking_id order by s.id desc limit 1
$$;
update pgmq.q_saga set vt = clock_timestamp() + interval '1 hour';

select is(t.retry(gen_random_uuid()), 'NOT_FOUND', 'there has to be one');
select is(t.retry(t.saga_of(pausing), t.actor('CUSTOMER')), 'NOT_ALLOWED', 'is for operators') from b;
select is(t.retry(t.saga_of(pausing)), 'OK', 'one that pauses') from b;
select is((select count(*) from pgmq.q_saga m, b where m.message ->> 'saga_id' = t.saga_of(pausing)::text
    and m.vt <= clock_timestamp()), 1::bigint, 'goes on now');
select is(t.retry(t.saga_of(waiting)), 'INVALID_STATE', 'one that waits for its customer has nothing to try') from b;
select is(t.retry(t.saga_of(dead)), 'OK', 'a dead one') from b;
select is((select array_agg(d.state || ' ' || d.closed_by) from saga.dead_letter d), array['REDRIVEN olga'], 'is no case any more');
do $$ begin
    perform t.settle(dead) from b;
end $$;
select is(t.payments(dead), 'REFUNDED 10000/10000', 'and comes to its end') from b;

select * from finish();
rollback;
