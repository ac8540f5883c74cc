begin;
\i tests/sql/helpers.sql
select plan(12);

create temp table it as select t.slot(t.listing()) as slot;
create temp table b as select t.book_paid(slot) as first, t.book_paid(slot, customer => 'berta') as second from it;
select t.accepted(t.cancel(first)) = first, t.accepted(t.cancel(second)) = second from b \g /dev/null
select t.play(first, 'DECLINED:no') is null, t.play(second, 'DECLINED:no') is null from b \g /dev/null
-- A message that means nothing, for company.
select pgmq.send('saga', '{"x": 1}') as sent \gset
select count(*) as claimed from saga.claim_steps('{"worker": "test", "lease_seconds": 60, "batch": 10,
    "gateways": ["simulator"], "actions": ["REFUND"]}') \gset

create function t.redrive(fields jsonb, actor jsonb default t.actor(), key text default null) returns jsonb
language sql volatile as $$
    select t.write('saga.redrive_dead_letters', actor, '{"ids": null, "source": null, "cause": null, "gateway": null,
        "opened_before": null, "limit": 100}'::jsonb || fields, key)
$$;
create function t.open_cases() returns bigint language sql volatile as $$
    select count(*) from saga.dead_letter d where d.state = 'OPEN'
$$;

select is(t.open_cases(), 3::bigint, 'three stand in the inbox');
select is(t.code(t.redrive('{}', t.actor('ORGANISER'))), 'NOT_ALLOWED', 'is for operators');
select is(jsonb_array_length(t.redrive('{"cause": "VOID_FAILED"}') -> 'ids'), 0, 'what the filter does not name stays');
select is(jsonb_array_length(t.redrive('{"limit": 1, "cause": "REFUND_FAILED"}', key => 'one') -> 'ids'), 1, 'one at most');
select is(t.redrive('{"limit": 1, "cause": "REFUND_FAILED"}', key => 'one') -> 'replayed', 'true', 'the same key is one command');
select is(t.open_cases(), 2::bigint, 'and one case');
select is(jsonb_array_length(t.redrive('{"source": "SAGA"}') -> 'ids'), 1, 'the other');
select is(jsonb_array_length(t.redrive('{"source": "SAGA"}') -> 'ids'), 0, 'is driven once');
do $$ begin
    perform t.settle(first), t.settle(second) from b;
end $$;
select is(array[t.payments(first), t.payments(second)], array['REFUNDED 10000/10000', 'REFUNDED 10000/10000'],
    'the money goes back') from b;
select is(jsonb_array_length(t.redrive('{"source": "MESSAGE"}') -> 'ids'), 1, 'a message');
select is((select count(*) from pgmq.q_saga m where m.message = '{"x": 1}'), 1::bigint, 'is on its queue again');
select is((select array_agg(a.outcome #>> '{refusal,code}' order by a.id) from holdfast.audit a),
    array['NOT_ALLOWED', null, null, null, null, null], 'all of it is written down, what was refused included, and no replay');

select * from finish();
rollback;
