begin;
\i tests/sql/helpers.sql
select plan(34);

create function t.key(booking text, kind text) returns text language sql stable as $$
    select o.gateway_key from payment.operation o join payment.payment p on p.id = o.payment_id
    where p.booking_id = (t.recall(booking) #>> '{}')::uuid and o.kind = key.kind order by o.id desc limit 1
$$;
create function t.line(reference text, kind text, key text, authorization_name text default null, amount bigint default 10000)
returns jsonb language sql stable as $$
    select jsonb_build_object('reference', reference, 'kind', kind, 'operation_key', key,
        'authorization', coalesce(authorization_name, case kind when 'AUTHORIZE' then reference end),
        'amount_minor', amount, 'currency', 'EUR', 'happened_at', clock_timestamp())
$$;
create function t.note(variadic entries jsonb[]) returns jsonb language sql volatile as $$
    select payment.note_statement(jsonb_build_object('gateway', 'simulator', 'from_cursor', c.cursor, 'cursor', 'x',
        'complete_until', clock_timestamp(), 'entries', to_jsonb(entries))) -> 'verdicts'
    from payment.statement_cursor c
$$;
-- 'strays 1', what was done.
create function t.settle_list(grace numeric default 0) returns text language sql volatile as $$
    select coalesce(string_agg(format('%s %s', c.key, c.value), ', ' order by c.key), 'nothing')
    from payment.settle_statement(jsonb_build_object('gateway', 'simulator', 'grace_seconds', grace, 'batch', 100)) w,
         jsonb_each_text(w) c where c.value <> '0'
$$;
create function t.handling(name text) returns text language sql stable as $$
    select string_agg(d.kind || ' ' || d.verdict || ' ' || d.handling, ', ' order by d.kind)
    from payment.differences() d where d.reference = name
$$;
-- Carries out what is on the queue for stray money, with an answer.
create function t.give_back(answer text default 'DONE') returns jsonb language plpgsql volatile as $$
declare
    claim jsonb;
begin
    update pgmq.q_saga m set vt = case s.kind when 'stray' then '-infinity' else 'infinity' end::timestamptz
    from saga.saga s where s.id::text = m.message ->> 'saga_id';
    select c into claim from saga.claim_steps('{"worker": "test", "lease_seconds": 60, "batch": 1,
        "gateways": ["simulator"], "actions": ["VOID", "REFUND"]}') c;
    update pgmq.q_saga set vt = clock_timestamp() where vt = 'infinity';
    perform saga.record_steps(jsonb_build_object('outcomes', jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
        'saga_id', claim -> 'saga_id', 'lease', claim -> 'lease', 'msg_id', claim -> 'msg_id', 'read_ct', claim -> 'read_ct',
        'operation_id', claim #> '{call,operation_id}', 'result', answer, 'gateway_ref', 'back-' || (claim #>> '{call,gateway_key}'),
        'code', case answer when 'DECLINED' then 'no' end, 'retry_in_ms', 0)))));
    return claim;
end
$$;

select is(t.settle_list(), 'nothing', 'a list that was never read says nothing');
select payment.begin_statement('{"gateway": "simulator", "worker": "a", "lease_seconds": 9}');

-- An authorization and a capture under keys that our books do not have.
select t.note(t.line('a1', 'AUTHORIZE', 'hf-gone'));
select is(t.settle_list(60), 'nothing', 'it may be recorded in a moment');
select is(t.handling('a1'), 'AUTHORIZE ORPHANED WAITING', 'and is waited for');
select is(t.settle_list(), 'strays 1', 'then it is stray money');
select is(t.settle_list(), 'nothing', 'once');
select is(t.handling('a1'), 'AUTHORIZE ORPHANED FOUND', 'that a saga gives back');
select t.keep('void', t.give_back());
select is(t.recall('void') ->> 'action', 'VOID', 'what is reserved is let go of');
select is(t.recall('void') #>> '{call,authorization}', 'a1', 'by its name');
select is(t.handling('a1'), 'AUTHORIZE ORPHANED GIVEN_BACK', 'which ends it');
select is((select string_agg(s.kind || ' ' || s.state, ', ') from saga.saga s), 'stray SUCCEEDED', 'as its saga says');
select is(t.note(t.line('v1', 'VOID', t.recall('void') #>> '{call,gateway_key}', 'a1')), '{"matched": 1}',
    'and is itself on the list');

select t.note(t.line('a2', 'AUTHORIZE', 'hf-gone2'), t.line('c2', 'CAPTURE', 'hf-gone3', 'a2'),
    t.line('r2', 'REFUND', null, 'a2', 4000));
select is(t.settle_list(), 'strays 1', 'what was taken comes back');
select is(t.handling('a2'), 'AUTHORIZE ORPHANED COVERED', 'and the authorization with it');
select t.keep('refund', t.give_back('DECLINED'));
select is(t.recall('refund') ->> 'action' || (t.recall('refund') #>> '{call,amount_minor}'), 'REFUND6000',
    'as far as nobody has given it back by hand');
select is(t.handling('c2'), 'CAPTURE ORPHANED FAILED', 'a gateway that refuses');
select is((select d.cause || ' ' || d.state from saga.dead_letter d where d.source = 'SAGA'), 'REFUND_FAILED OPEN',
    'is an operator''s case');
select is(t.handling('r2'), 'REFUND FOREIGN NONE', 'what was done by hand is shown, and left alone');

-- Attached when open.
select t.keep('open', to_jsonb(t.book(t.slot(t.listing('open')), 1, 'anna', '{"payment_method": "pm_card_visa"}')));
update pgmq.q_saga set vt = 'infinity';
select t.note(t.line('a3', 'AUTHORIZE', t.key('open', 'AUTHORIZE')));
select is(t.settle_list(), 'nudged 1', 'an operation that is open is looked up');
select is((select count(*) from pgmq.q_saga m where m.vt <= clock_timestamp()), 1::bigint, 'at once');
select is(t.handling('a3'), 'AUTHORIZE ORPHANED UNDER_WAY', 'and is under way');
select t.play((t.recall('open') #>> '{}')::uuid, 'DONE', 'DONE');
update payment.operation o set gateway_ref = 'a3' where o.gateway_key = t.key('open', 'AUTHORIZE');
select is(t.settle_list(), 'agreed 1', 'once recorded it agrees');
select is((select count(*) from payment.stray), 2::bigint, 'and nothing is given back');

-- A failed one that was done after all.
select t.keep('failed', to_jsonb(t.book(t.slot(t.listing('failed')), 1, 'anna', '{"payment_method": "pm_card_visa"}')));
select t.play((t.recall('failed') #>> '{}')::uuid, 'DECLINED:card_declined');
select t.note(t.line('a4', 'AUTHORIZE', t.key('failed', 'AUTHORIZE')));
select is(t.settle_list(), 'strays 1', 'what our books have as not done is given back');
select isnt((select s.payment_id from payment.stray s where s.reference = 'a4'), null, 'whose it is, is known');
select t.give_back();

-- Amounts, missing, foreign.
select t.keep('paid', to_jsonb(t.book_paid(t.slot(t.listing('paid')))));
select t.note(t.line('c5', 'CAPTURE', t.key('paid', 'CAPTURE'), 'a5', 10001));
select is(t.settle_list(), 'cases 1', 'another amount is an operator''s case');
select is((select d.cause || ': ' || d.detail from saga.dead_letter d where d.reference = 'c5'),
    'AMOUNT: CAPTURE of 10001 EUR; by our books 10000 EUR, SUCCEEDED', 'which says it all');
select t.note(t.line('f6', 'CAPTURE', 'shop-1', 'fa'));
select is(t.settle_list(), 'nothing', 'what is not ours is left alone');
update payment.operation set closed_at = closed_at - interval '2 minutes';
update payment.statement_cursor set judged_until = '-infinity';
select is(t.settle_list(), 'cases 3', 'what the list does not have is an operator''s case');
select is(t.settle_list(), 'nothing', 'once');
select is((select count(*) from reporting.reconciliation r where r.verdict = 'MISSING' and r.difference_minor = -10000), 3::bigint,
    'with what it comes to');
select t.note(t.line('late', 'AUTHORIZE', t.key('paid', 'AUTHORIZE')));
select is((select d.state || ' ' || d.closed_by from saga.dead_letter d where d.reference = t.key('paid', 'AUTHORIZE')),
    'RESOLVED reconciliation', 'what is listed late closes its case by itself');

select is((select count(*) from invariant.unreconciled_money), 0::bigint, 'everything is accounted for');
select is((select count(*) from payment.list_differences('{"first": 3}')), 4::bigint, 'differences come in pages');
select is((select count(distinct d #>> '{row,id}') from payment.list_differences('{"first": 100}') d),
    (select count(*) from payment.differences()), 'and each has its name');

select * from finish();
rollback;
