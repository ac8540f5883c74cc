begin;
\i tests/sql/helpers.sql
select plan(9);

insert into payment.gateway (code, weight) values ('spare', 1), ('retired', 0);
create temp table b as select t.book(t.slot(t.listing()), fields => '{"payment_method": "pm_card_visa"}') as id;
update payment.operation set gateway = 'simulator';
create function pg_temp.claim() returns jsonb language sql as $$
    select saga.claim_steps('{"worker": "test", "lease_seconds": 60, "batch": 1, "gateways": ["simulator", "spare"],
        "actions": ["AUTHORIZE", "CAPTURE"]}')
$$;
create function pg_temp.calls() returns text[] language sql as $$
    select array_agg(o.gateway || ' ' || o.state order by o.opened_at) from payment.operation o
$$;

select t.record(pg_temp.claim(), 'UNKNOWN:lost') is null as done \gset
select is(pg_temp.calls(), array['simulator UNKNOWN'], 'never while nobody knows');
select t.record(pg_temp.claim(), 'FAILED:e') is null as done \gset
select is(pg_temp.calls(), array['simulator UNKNOWN'], 'nor for a failure that says nothing');
select t.record(pg_temp.claim(), 'FAILED:e:over') is null as done \gset
select is(pg_temp.calls(), array['simulator FAILED', 'spare OPEN'], 'when nothing was done, another is asked');
select is((select count(distinct o.gateway_key) from payment.operation o), 2::bigint, 'under a key of its own');
select t.record(pg_temp.claim(), 'FAILED:e') is null as done \gset
select is(pg_temp.calls(), array['simulator FAILED', 'spare OPEN'], 'each gateway once for an attempt');
select is((select s.failures from saga.saga s), 2, 'the failures are those of the attempt');
select t.record(pg_temp.claim()) is null as done \gset
select is((select p.gateway from payment.payment p), 'spare', 'who has the authorization');
select is(pg_temp.claim() #>> '{call,gateway}', 'spare', 'is asked for what follows');
select t.expect_invariants();

select * from finish();
rollback;
