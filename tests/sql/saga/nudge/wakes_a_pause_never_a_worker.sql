begin;
\i tests/sql/helpers.sql
select plan(8);

create function t.booking() returns uuid language sql stable as $$ select (t.recall('booking') #>> '{}')::uuid $$;
create function t.saga() returns uuid language sql stable as $$
    select s.id from saga.saga s where s.booking_id = t.booking()
$$;

select t.keep('booking', to_jsonb(t.book(t.slot(t.listing()))));
select is(saga.nudge(t.saga()), true, 'what waits for its customer has nothing to do');
select is((select count(*) from pgmq.q_saga), 0::bigint, 'and gets no message');

select t.pay(t.booking());
update pgmq.q_saga set vt = 'infinity';
select is(saga.nudge(t.saga()), true, 'a pause ends');
select is((select array_agg(m.vt <= clock_timestamp()) from pgmq.q_saga m), array[true], 'its one message is visible');
delete from pgmq.q_saga;
select saga.nudge(t.saga());
select is((select count(*) from pgmq.q_saga), 1::bigint, 'a message that is lost is sent anew');
select t.keep('claim', t.claim(t.booking()));
select is(saga.nudge(t.saga()), false, 'whoever has the lease is left alone');
update saga.saga set lease_until = clock_timestamp() - interval '1 second' where id = t.saga();
select is(saga.nudge(t.saga()), true, 'once it is over, nobody is');
select is(saga.nudge(gen_random_uuid()), false, 'nobody knows another one');

select * from finish();
rollback;
