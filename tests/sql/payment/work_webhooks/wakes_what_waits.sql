begin;
\i tests/sql/helpers.sql
select plan(24);

create function t.tell(id text, key text, fields jsonb default '{}') returns void language sql volatile as $$
    select payment.receive_webhooks(jsonb_build_array(jsonb_build_object(
        'gateway', 'simulator', 'event_id', id, 'type', 'told', 'operation_key', key) || fields))
$$;
-- What came of so many events: 'applied 1, put_off 2'.
create function t.work() returns text language sql volatile as $$
    select coalesce(string_agg(format('%s %s', c.key, c.value), ', ' order by c.key), 'nothing')
    from payment.work_webhooks('{"batch": 100, "vt_seconds": 30}') w, jsonb_each_text(w) c where c.value <> '0'
$$;
create function t.told(id text) returns text language sql stable as $$
    select concat_ws(': ', w.state, w.detail) from payment.webhook w where w.event_id = told.id
$$;
create function t.key(booking uuid, kind text) returns text language sql stable as $$
    select o.gateway_key from payment.operation o join payment.payment p on p.id = o.payment_id
    where p.booking_id = booking and o.kind = key.kind order by o.id desc limit 1
$$;
create function t.due(booking uuid) returns boolean language sql volatile as $$
    select m.vt <= clock_timestamp() from pgmq.q_saga m join saga.saga s on s.id::text = m.message ->> 'saga_id'
    where s.booking_id = booking
$$;

select t.keep('paid', to_jsonb(t.book_paid(t.slot(t.listing('paid')))));
select t.keep('waits', to_jsonb(t.book(t.slot(t.listing('waits')), 1, 'berta', '{"payment_method": "pm_card_visa"}')));
create function t.waits() returns uuid language sql stable as $$ select (t.recall('waits') #>> '{}')::uuid $$;
select t.keep('claim', t.claim(t.waits()));

-- Somebody is at it.
select t.tell('e1', t.key(t.waits(), 'AUTHORIZE'));
select is(t.work(), 'put_off 1', 'what a worker is at is not touched');
select is(t.told('e1'), 'RECEIVED', 'and waits');
select is((select m.vt > clock_timestamp() from pgmq.q_webhook m), true, 'for a second');
select is(t.work(), 'nothing', 'not before');

-- The answer was lost: the next look is far away.
select saga.record_steps(jsonb_build_object('outcomes', jsonb_build_array(jsonb_build_object(
    'saga_id', c -> 'saga_id', 'lease', c -> 'lease', 'msg_id', c -> 'msg_id', 'read_ct', c -> 'read_ct',
    'operation_id', c #> '{call,operation_id}', 'result', 'UNKNOWN', 'retry_in_ms', 60000)))) from t.recall('claim') c;
select is(t.due(t.waits()), false, 'the step pauses');
update pgmq.q_webhook set vt = clock_timestamp();
select is(t.work(), 'applied 1', 'the webhook wakes it');
select is(t.due(t.waits()), true, 'at once');
select is(t.told('e1'), 'APPLIED', 'and says so');
select is((select count(*) from pgmq.q_webhook), 0::bigint, 'its message is gone');
select is((t.claim(t.waits()) ->> 'in_doubt')::boolean, true, 'what it is about is looked up: the webhook itself is not believed');
update saga.saga set lease_until = null, worker = null where booking_id = t.waits();

-- By the gateway's name, of what is known already, of no concern.
select t.tell('e2', t.key((t.recall('paid') #>> '{}')::uuid, 'CAPTURE'));
select is(t.work(), 'ignored 1', 'what is known already changes nothing');
select t.tell('e3', null, (select jsonb_build_object('reference', p."authorization") from payment.payment p
    where p.booking_id = (t.recall('paid') #>> '{}')::uuid));
select is(t.work(), 'ignored 1', 'it may be named as the gateway names it');
select t.tell('e4', null);
select is(t.work(), 'ignored 1', 'what is about nothing is of no concern');

-- Unknown and exceptional.
select t.tell('e5', 'hf-never'), t.tell('e6', null, '{"reference": "pi_never"}'), t.tell('e7', null, '{"reference": "pi_never"}');
select t.tell('e8', t.key((t.recall('paid') #>> '{}')::uuid, 'CAPTURE'), '{"is_exceptional": true, "reference": "dp_1"}');
select is(t.work(), 'quarantined 4', 'what nobody knows, and what needs a person');
select results_eq(
    $$select d.cause, d.reference, d.booking_id is not null, d.safe_actions, d.message ->> 'event_id'
      from saga.dead_letter d where d.source = 'WEBHOOK' and d.state = 'OPEN' order by d.cause, d.reference$$,
    $$values ('EXCEPTIONAL', 'dp_1', true, array['RESOLVE'], 'e8'),
             ('UNKNOWN_REFERENCE', 'hf-never', false, array['RETRY', 'RESOLVE'], 'e5'),
             ('UNKNOWN_REFERENCE', 'pi_never', false, array['RETRY', 'RESOLVE'], 'e6')$$,
    'one case for each thing, with what a second look needs');
select is((select count(*) from reporting.webhook w where w.state = 'QUARANTINED'), 4::bigint, 'they are shown');
select pgmq.send('webhook', (select d.message from saga.dead_letter d where d.reference = 'hf-never'));
select is(t.work(), 'quarantined 1', 'redriven, it is judged again');
select is((select count(*) from saga.dead_letter d where d.source = 'WEBHOOK' and d.state = 'OPEN'), 3::bigint,
    'and is one case still');

-- Poison, and a pause.
select pgmq.send('webhook', '{"no": "event"}'), pgmq.send('webhook', '{"gateway": "simulator", "event_id": "gone"}');
select is(t.work(), 'parked 2', 'what names no webhook is parked');
select is((select count(*) from pgmq.a_webhook), 2::bigint, 'in the archive');
select is((select count(*) from saga.dead_letter d where d.cause = 'POISON' and d.state = 'OPEN'), 2::bigint, 'as cases');
select t.tell('e9', 'hf-never');
update saga.queue set paused_at = clock_timestamp(), paused_by = 'olga' where queue = 'webhook';
select is(t.work(), 'nothing', 'a paused queue gives nothing');
select is(t.told('e9'), 'RECEIVED', 'and keeps it');
update saga.queue set paused_at = null, paused_by = null where queue = 'webhook';
select is(t.work(), 'quarantined 1', 'until it goes on');

select * from finish();
rollback;
