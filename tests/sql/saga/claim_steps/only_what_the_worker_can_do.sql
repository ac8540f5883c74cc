begin;
\i tests/sql/helpers.sql
select plan(12);

insert into payment.gateway (code) values ('spare');
create temp table b as select t.book(t.slot(t.listing()), fields => '{"payment_method": "pm_card_visa"}') as id;
update payment.operation set gateway = 'simulator';
create function pg_temp.claim(gateways text, actions text default '["LOCAL", "AUTHORIZE"]') returns setof jsonb
language plpgsql as $$
begin
    update pgmq.q_saga set vt = clock_timestamp();
    return query select saga.claim_steps(jsonb_build_object('worker', 'test', 'lease_seconds', 60, 'batch', 9,
        'gateways', gateways::jsonb, 'actions', actions::jsonb));
end
$$;

select is_empty($$ select pg_temp.claim('["simulator"]', '["LOCAL", "VOID"]') $$, 'an action that it does not know');
select is((select s.lease_until from saga.saga s), null, 'is held by nobody');
select ok((select m.vt between clock_timestamp() and clock_timestamp() + interval '2 seconds' from pgmq.q_saga m),
    'and comes back in a second');
select is_empty($$ select pg_temp.claim('[]') $$, 'nor what no gateway can be asked for');
select is((select s.in_doubt from saga.saga s), false, 'which puts nothing in doubt');
update saga.queue set paused_at = now(), paused_by = 'olga' where queue = 'saga';
select is_empty($$ select pg_temp.claim('["simulator"]') $$, 'nothing from a queue that is paused');
update saga.queue set paused_at = null, paused_by = null;

select is(c #>> '{call,gateway}', 'spare', 'what was never sent goes where it can')
from pg_temp.claim('["spare"]') c;
select is((select count(*) from payment.operation), 1::bigint, 'as the same operation');
update saga.saga set lease_until = null;
select is_empty($$ select pg_temp.claim('["simulator"]') $$, 'what may have been sent is asked of the same');
update payment.gateway set paused_at = now(), paused_by = 'olga' where code = 'spare';
select is_empty($$ select pg_temp.claim('["simulator", "spare"]') $$, 'even when that is paused');
update payment.gateway set paused_at = null, paused_by = null;
select isnt_empty($$ select pg_temp.claim('["simulator", "spare"]') $$, 'until it is not');
select t.expect_invariants();

select * from finish();
rollback;
