begin;
\i tests/sql/helpers.sql
select plan(2);

insert into payment.webhook (gateway, event_id, id, type, received_at, state)
select 'simulator', state || age, gen_random_uuid(), 'told', clock_timestamp() - make_interval(days => age), state
from (values ('RECEIVED'), ('IGNORED'), ('QUARANTINED')) s (state), (values (29), (31)) a (age);
select is(payment.purge_webhooks('100'), to_jsonb(2), 'what is worked and old is forgotten');
select set_eq('select event_id from payment.webhook', array['RECEIVED29', 'IGNORED29', 'QUARANTINED29', 'RECEIVED31'],
    'the rest stays');

select * from finish();
rollback;
