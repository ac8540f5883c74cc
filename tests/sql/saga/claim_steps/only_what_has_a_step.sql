begin;
\i tests/sql/helpers.sql
select plan(9);

create temp table b as select t.book(t.slot(t.listing()),
    fields => '{"payment_method": "pm_card_chargeDeclined"}') as id;
create function pg_temp.claim(batch integer default 10) returns setof jsonb language sql as $$
    select saga.claim_steps(jsonb_build_object('worker', 'test', 'lease_seconds', 60, 'batch', batch,
        'gateways', '["simulator"]'::jsonb, 'actions', '["AUTHORIZE"]'::jsonb))
$$;
create temp table step as select t.claim(id) as claim from b;

-- A second message, as saga.rescue may send one.
select pgmq.send('saga', jsonb_build_object('saga_id', claim -> 'saga_id')) is null as done from step \gset
select is_empty('select pg_temp.claim()', 'a saga is with one worker');
select t.record(claim) is null as done from step \gset
update pgmq.q_saga set vt = clock_timestamp();
select is_empty('select pg_temp.claim()', 'one that waits for its customer has no step');
select is((select count(*) from pgmq.q_saga), 0::bigint, 'its message goes');
select is(t.code(t.pay(id)), 'OK', 'he pays') from b;
select is((select count(*) from pg_temp.claim()), 1::bigint, 'and it goes on at once');

select count(*) as sent from pgmq.send_batch('saga', array[
    '{"saga_id": "no id"}', '{}', jsonb_build_object('saga_id', gen_random_uuid())]) \gset
select is_empty('select pg_temp.claim()', 'messages that mean nothing');
select is((select array_agg(distinct d.cause || ' ' || d.source || ' ' || d.queue) from saga.dead_letter d),
    array['POISON MESSAGE saga'], 'are cases');
select is((select count(*) from saga.dead_letter d where d.message is not null), 3::bigint,
    'each with what it said');
select is((select count(*) from pgmq.q_saga m where m.vt <= clock_timestamp()), 0::bigint, 'and are off the queue');

select * from finish();
rollback;
