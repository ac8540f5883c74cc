begin;
\i tests/sql/helpers.sql
select plan(17);

create temp table b as select t.book(t.slot(t.listing()), fields => '{"payment_method": "pm_card_visa"}') as id;
create function pg_temp.saga() returns text language sql as $$
    select format('%s, failures %s, unknowns %s', case when s.in_doubt then 'in doubt' else 'certain' end, s.failures,
        s.unknowns) from saga.saga s
$$;
create function pg_temp.keys() returns bigint language sql as $$ select count(*) from payment.operation $$;

create temp table first as select t.claim(id) as step from b;
select is(step -> 'in_doubt', 'false', 'what was never sent is not in doubt') from first;
select is(step -> 'last_sent_at', 'null', 'nor was it sent') from first;
select is(pg_temp.saga(), 'in doubt, failures 0, unknowns 0', 'a claim puts it in doubt');

-- The worker dies; the next one must not believe that nothing was done.
update saga.saga set lease_until = clock_timestamp();
create temp table second as select t.claim(id) as step from b;
select is(s.step -> 'in_doubt', 'true', 'the next claim says so') from second s;
select is(s.step -> 'last_sent_at', f.step -> 'claimed_at', 'and since when') from second s, first f;
select t.record(step, 'FAILED:e') is null as done from second \gset
select is(pg_temp.saga(), 'in doubt, failures 0, unknowns 1', 'the failure of a call that was sent again is none');
select is(t.payments(id), 'UNKNOWN 0/0', 'nobody knows') from b;

select t.play(id, 'FAILED:e:over') is null as done from b \gset
select is(pg_temp.saga(), 'certain, failures 1, unknowns 1', 'unless the doubt is over');
select is(pg_temp.keys(), 1::bigint, 'the key stays');
select t.play(id, 'FAILED:e') is null as done from b \gset
select is(pg_temp.saga(), 'certain, failures 2, unknowns 1', 'what was not in doubt has failed');
select t.play(id, 'UNKNOWN:lost', 'FAILED:e:spent') is null as done from b \gset
select is(pg_temp.keys(), 1::bigint, 'in doubt no other key is taken');
select t.play(id, 'FAILED:e:over+spent') is null as done from b \gset
select is(pg_temp.keys(), 2::bigint, 'when it is over and the key is spent, one is');
select is((select array_agg(o.state order by o.opened_at) from payment.operation o), array['FAILED', 'OPEN'],
    'after the old one was closed');

select t.play(id, 'DONE') is null as done from b \gset
select is((select s.step || ': ' || pg_temp.saga() from saga.saga s), 'capture: certain, failures 0, unknowns 0',
    'the next step begins without');
select t.play(id, 'UNKNOWN:lost', 'FAILED:e', 'FAILED:e', 'FAILED:e', 'FAILED:e', 'FAILED:e', 'FAILED:e') is null as done
from b \gset
select is((select s.state from saga.saga s), 'RUNNING', 'a capture in doubt is never given up');
select t.settle(id) is null as done from b \gset
select is(t.payments(id), 'CAPTURED 10000/0', 'until it is known') from b;
select t.expect_invariants();

select * from finish();
rollback;
