begin;
\i tests/sql/helpers.sql
select plan(8);

create function t.event(id text, fields jsonb default '{}') returns jsonb language sql immutable as $$
    select jsonb_build_object('gateway', 'simulator', 'event_id', id, 'type', 'capture.succeeded') || fields
$$;

select results_eq(
    $$select r ->> 'event_id', (r ->> 'is_new')::boolean
      from payment.receive_webhooks(jsonb_build_array(t.event('b'), t.event('a'), t.event('b'))) r$$,
    $$values ('b', true), ('a', true), ('b', false)$$, 'one answer each, in order; twice in a batch is new once');
select is((select count(*) from pgmq.q_webhook), 2::bigint, 'each is on the queue once');
select results_eq(
    $$select (r ->> 'is_new')::boolean from payment.receive_webhooks(jsonb_build_array(t.event('a'), t.event('c'))) r$$,
    $$values (false), (true)$$, 'what is known stays as it is');
select is((select count(*) from pgmq.q_webhook), 3::bigint, 'only the new one is enqueued');
select is((select r ->> 'is_new' from payment.receive_webhooks(jsonb_build_array(t.event('a', '{"gateway": "stripe"}'))) r),
    'true', 'another gateway has names of its own');
select is((select count(*) from payment.receive_webhooks('[]')), 0::bigint, 'nothing is nothing');
select is((select array_agg(w.state) from payment.webhook w), array_fill('RECEIVED'::text, array[4]), 'all wait for a worker');
select is(t.state_as('holdfast_worker', $$select payment.receive_webhooks('[]')$$), '42501', 'only the API takes them in');

select * from finish();
rollback;
