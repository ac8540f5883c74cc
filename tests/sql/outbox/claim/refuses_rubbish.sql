begin;
\i tests/sql/helpers.sql
select plan(6);

create function pg_temp.claim(queue text default 'outbox', subjects integer default 100) returns setof jsonb
language sql as $$
    select outbox.claim(jsonb_build_object('relay', 'one', 'queue', queue, 'subjects', subjects, 'lapsed', 100,
        'lease_seconds', 60, 'events', 10))
$$;
create temp table b as select t.book(t.slot(t.listing())) as id;
select count(*) as sent from pgmq.send_batch('outbox', array[
    '{}', '[]', '"x"', '{"kind": "BOOKING", "subjects": 3}', '{"kind": "BOOKING", "subjects": [{"id": "x"}]}',
    '{"kind": "OTHER", "subjects": []}', '{"kind": "BOOKING", "subjects": [{}]}']::jsonb[]) \g /dev/null
select is((select count(*) from pg_temp.claim()), 1::bigint, 'messages that mean nothing keep nobody from the others');
select is((select count(*) from saga.dead_letter d where d.cause = 'POISON' and d.queue = 'outbox'), 7::bigint, 'and are cases');

update saga.queue set paused_at = now(), paused_by = 'olga' where queue = 'outbox_slot';
select is_empty($$ select pg_temp.claim('outbox_slot') $$, 'nothing from a queue that is paused');
update saga.queue set paused_at = null, paused_by = null where queue = 'outbox_slot';
select isnt_empty($$ select pg_temp.claim('outbox_slot') $$, 'which goes on where it was');

select outbox.tell('outbox', 'BOOKING', (
    select jsonb_agg(jsonb_build_object('organiser_id', t.organiser(), 'id', gen_random_uuid()))
    from generate_series(1, 250))) is null as done \g /dev/null
select is((select count(*) from pgmq.q_outbox), 3::bigint, 'a message names at most a hundred');
select is_empty($$ select pg_temp.claim('outbox', 1) $$, 'who is not there has nothing to tell');

select * from finish();
rollback;
