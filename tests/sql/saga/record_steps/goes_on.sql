begin;
\i tests/sql/helpers.sql
select plan(15);

create function t.worker() returns jsonb language sql immutable as $$
    select '{"worker": "test", "lease_seconds": 60, "gateways": ["simulator"], "actions": ["AUTHORIZE", "CAPTURE"]}'::jsonb
$$;

-- Claims what there is, and records that it was done by a worker that goes on, or not; as many sagas as there are.
create function t.step(going_on jsonb, claims jsonb default null) returns jsonb language plpgsql volatile as $$
begin
    claims := coalesce(claims, (
        select jsonb_agg(c) from saga.claim_steps(t.worker() || '{"batch": 9}') c));
    return (
        select jsonb_agg(r) from saga.record_steps(jsonb_build_object('going_on', going_on, 'outcomes', (
            select jsonb_agg(jsonb_build_object(
                'saga_id', c -> 'saga_id', 'lease', c -> 'lease', 'msg_id', c -> 'msg_id', 'read_ct', c -> 'read_ct',
                'operation_id', c #> '{call,operation_id}', 'result', 'DONE', 'gateway_ref', c #>> '{call,gateway_key}'))
            from jsonb_array_elements(claims) c))) r);
end
$$;

-- How many steps are claimed with what was recorded.
create function t.given(recorded jsonb) returns bigint language sql immutable as $$
    select count(*) from jsonb_array_elements(recorded) r where r -> 'next' ->> 'step' = 'capture'
$$;

create temp table it as select t.slot(t.listing(), 90) as slot;
create function t.two(name text) returns void language sql volatile as $$
    select t.book(slot, 1, name || n, '{"payment_method": "pm_card_visa"}') from it, generate_series(1, 2) n
$$;

select t.two('a');
select t.keep('first', t.step(t.worker()));
select is(t.given(t.recall('first')), 2::bigint, 'with what was authorized, its worker is given the capture');
select is((select array_agg(s.step || ' ' || s.lease || ' ' || s.in_doubt || ' ' || s.worker) from saga.saga s),
    array['capture 2 true test', 'capture 2 true test'], 'under a lease of its own, and in doubt');
select is((select count(*) from saga.claim_steps(t.worker() || '{"batch": 9}') c), 0::bigint, 'nobody else is');

-- The message is the one of the first claim, and may come before the lease is over.
update pgmq.q_saga set vt = clock_timestamp();
select is((select count(*) from saga.claim_steps(t.worker() || '{"batch": 9}') c), 0::bigint, 'not when its message comes early, either');
select is((select count(*) from pgmq.q_saga m where m.vt > clock_timestamp() + interval '50 seconds'), 2::bigint,
    'which waits for the end of the lease');

select t.keep('second', t.step(t.worker(), (
    select jsonb_agg(r -> 'next') from jsonb_array_elements(t.recall('first')) r)));
select is((select array_agg((r -> 'applied')::boolean) from jsonb_array_elements(t.recall('second')) r), array[true, true],
    'it is recorded');
select is((select array_agg(s.state) from saga.saga s), array['SUCCEEDED', 'SUCCEEDED'], 'to the end');
select is(t.given(t.recall('second')), 0::bigint, 'after which nothing is left to go on with');

-- What was read by somebody meanwhile is dropped by whoever reads it next.
update pgmq.q_saga set vt = clock_timestamp();
select is((select count(*) from saga.claim_steps(t.worker() || '{"batch": 9}') c), 0::bigint, 'nor to claim');
select is((select count(*) from pgmq.q_saga), 0::bigint, 'and no message is left');

select t.two('b');
select is(t.given(t.step(null)), 0::bigint, 'who does not go on is given nothing');
select is(t.given(t.step(null)), 0::bigint, 'and the capture is on the queue');
select t.two('c');
select is(t.given(t.step(t.worker() || '{"gateways": ["another"]}')), 0::bigint, 'nor is who can''t ask its gateway');
select t.settle_all();
select t.two('d');
create temp table claims as select jsonb_agg(c) as c from saga.claim_steps(t.worker() || '{"batch": 9}') c;
update saga.queue set paused_at = clock_timestamp(), paused_by = 'olga' where queue = 'saga';
select is(t.given(t.step(t.worker(), (select c from claims))), 0::bigint, 'nothing is gone on with while the queue is paused');
update saga.queue set paused_at = null, paused_by = null;
select t.settle_all();
select t.expect_invariants();

select * from finish();
rollback;
