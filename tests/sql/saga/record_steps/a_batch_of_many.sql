begin;
\i tests/sql/helpers.sql
select plan(3);

create temp table it as select t.slot(t.listing(), 9) as slot;
create temp table b as
select t.book(slot, 1, 'c' || n, '{"payment_method": "pm_card_visa"}') as id from it, generate_series(1, 3) n;
create temp table claims as
select c as step,
    row_number() over () as n from saga.claim_steps('{"worker": "test", "lease_seconds": 60, "batch": 9,
        "gateways": ["simulator"], "actions": ["AUTHORIZE"]}') c;
create temp table recorded as
select r from saga.record_steps(jsonb_build_object('outcomes', (select jsonb_agg(jsonb_build_object(
    'saga_id', step -> 'saga_id', 'lease', step -> 'lease', 'msg_id', step -> 'msg_id', 'read_ct', step -> 'read_ct',
    'operation_id', step #> '{call,operation_id}', 'result', case n when 2 then 'FAILED' else 'DECLINED' end, 'code',
        'card_declined',
    'retry_in_ms', 0) order by n) from claims))) r;

select is((select array_agg((r ->> 'applied')::boolean) from recorded), array[true, true, true], 'each is recorded');
select is((select array_agg(s.state order by s.state) from saga.saga s), array['RUNNING', 'WAITING', 'WAITING'],
    'for itself');
select t.expect_invariants();

select * from finish();
rollback;
