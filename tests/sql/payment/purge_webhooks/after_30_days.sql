begin;
\i tests/sql/helpers.sql
select plan(4);

insert into payment.webhook (gateway, event_id, id, type, received_at, state)
select 'simulator', state || age, gen_random_uuid(), 'told', clock_timestamp() - make_interval(days => age), state
from (values ('RECEIVED'), ('IGNORED'), ('QUARANTINED')) s (state), (values (29), (31)) a (age);
insert into pgmq.a_webhook (msg_id, enqueued_at, archived_at, vt, message)
select age, clock_timestamp(), clock_timestamp() - make_interval(days => age), clock_timestamp(), '{}'
from (values (29), (30), (31)) a (age);
select is(payment.purge_webhooks('1'), to_jsonb(2), 'a batch of each');
select is(payment.purge_webhooks('100'), to_jsonb(2), 'what is worked and old is forgotten');
select set_eq('select event_id from payment.webhook', array['RECEIVED29', 'IGNORED29', 'QUARANTINED29', 'RECEIVED31'],
    'the rest stays');
select set_eq('select msg_id from pgmq.a_webhook', array[29::bigint], 'so does what was set aside since');

select * from finish();
rollback;
