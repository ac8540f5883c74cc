begin;
\i tests/sql/helpers.sql
select plan(17);

create function t.booking() returns uuid language sql stable as $$ select (t.recall('booking') #>> '{}')::uuid $$;
create function t.operation(kind text) returns payment.operation language sql stable as $$
    select o from payment.operation o join payment.payment p on p.id = o.payment_id
    where p.booking_id = t.booking() and o.kind = operation.kind order by o.id desc limit 1
$$;
-- A line about an operation of the booking, as the gateway would list it.
create function t.entry(kind text, fields jsonb default '{}') returns jsonb language sql stable as $$
    select jsonb_build_object('reference', o.gateway_ref, 'kind', o.kind, 'operation_key', o.gateway_key,
        'authorization', (t.operation('AUTHORIZE')).gateway_ref, 'amount_minor', o.amount_minor, 'currency', 'eur',
        'happened_at', clock_timestamp()) || fields
    from t.operation(kind) o
$$;
create function t.note(variadic entries jsonb[]) returns jsonb language sql volatile as $$
    select payment.note_statement(jsonb_build_object('gateway', 'simulator', 'from_cursor', null, 'cursor', null,
        'complete_until', null, 'entries', to_jsonb(entries))) -> 'verdicts'
$$;
create function t.verdict(reference text, kind text) returns text language sql stable as $$
    select s.verdict from payment.statement s where s.reference = verdict.reference and s.kind = verdict.kind
$$;

select t.keep('booking', to_jsonb(t.book_paid(t.slot(t.listing()))));
select is(t.note(t.entry('AUTHORIZE'), t.entry('CAPTURE')), '{"matched": 2}', 'what both have');
select is(t.note(t.entry('AUTHORIZE'), t.entry('CAPTURE')), '{"matched": 2}', 'noted again');
select is((select count(*) from payment.statement), 2::bigint, 'it is there once');
select is((select count(*) from reporting.reconciliation r where r.verdict = 'MATCHED' and r.difference_minor = 0), 2::bigint,
    'and shown');

select is(t.note(t.entry('CAPTURE', '{"amount_minor": 10001}')), '{"over": 1}', 'more than we asked for');
select is(t.note(t.entry('CAPTURE', '{"amount_minor": 9999}')), '{"under": 1}', 'less');
select is(t.note(t.entry('CAPTURE', '{"currency": "usd"}')), '{"over": 1}', 'another currency is never right');
select is(t.note(t.entry('CAPTURE', '{"reference": "other"}')), '{"orphaned": 1}', 'done twice under one key');
delete from payment.statement;

select is(t.note(t.entry('AUTHORIZE', '{"operation_key": "hf-nobody", "reference": "r1"}')), '{"orphaned": 1}',
    'a key of ours that our books do not have');
select is(t.note(t.entry('AUTHORIZE', '{"operation_key": "shop-7", "reference": "r2"}'),
    t.entry('CAPTURE', '{"operation_key": null, "reference": "r3", "kind": "REFUND", "amount_minor": 5}')),
    '{"foreign": 2}', 'what bears none of ours is not ours');

-- Some gateways keep no key of a capture, and name the authorization.
select is(t.note(t.entry('CAPTURE') || jsonb_build_object('operation_key', null,
    'reference', (t.operation('AUTHORIZE')).gateway_ref)), '{"matched": 1}', 'a capture is found by its authorization');

-- Twice under one key, the wrong one first.
delete from payment.statement;
select is(t.note(t.entry('CAPTURE', '{"reference": "twin"}')), '{"matched": 1}', 'one that bears our key');
select t.note(t.entry('CAPTURE'));
select is(t.verdict('twin', 'CAPTURE'), 'ORPHANED', 'is none of ours once the one that we know is listed');

-- Cursors and the turn to read.
select is((select count(*) from payment.begin_statement('{"gateway": "nobody", "worker": "a", "lease_seconds": 9}')), 0::bigint,
    'a gateway that nobody has registered has no list');
select is((select b from payment.begin_statement('{"gateway": "simulator", "worker": "a", "lease_seconds": 9}') b), '{"cursor": null}',
    'a list is read from its beginning');
select is((select count(*) from payment.begin_statement('{"gateway": "simulator", "worker": "b", "lease_seconds": 9}')), 0::bigint,
    'by one worker at a time');
select results_eq(
    $$select (payment.note_statement(n) ->> 'is_current')::boolean from (values
        ('{"gateway": "simulator", "from_cursor": null, "cursor": "5", "complete_until": null, "entries": []}'::jsonb),
        ('{"gateway": "simulator", "from_cursor": null, "cursor": "3", "complete_until": null, "entries": []}'),
        ('{"gateway": "simulator", "from_cursor": "5", "cursor": "7", "complete_until": null, "entries": []}')) v (n)$$,
    $$values (true), (false), (true)$$, 'who read on from elsewhere does not say how far it is read');

select * from finish();
rollback;
