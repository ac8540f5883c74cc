begin;
\i tests/sql/helpers.sql
select plan(6);

create function pg_temp.claim(subjects integer) returns bigint language sql as $$
    select count(distinct c -> 'id') from outbox.claim(jsonb_build_object('relay', 'one', 'queue', 'outbox_slot',
        'subjects', subjects, 'lapsed', 0, 'lease_seconds', 60, 'events', 10)) c
$$;
create function pg_temp.tell(ids uuid[]) returns void language sql as $$
    select outbox.tell('outbox_slot', 'SLOT', jsonb_agg(jsonb_build_object('organiser_id', t.organiser(), 'id', i)))
    from unnest(ids) i
$$;
create temp table s as select t.slot(l.id, 1, n) as id from (select t.listing() as id) l, generate_series(1, 120) n;
select pgmq.purge_queue('outbox_slot') is null as done \g /dev/null

-- One sells all the time; the others come after it.
select pg_temp.tell(array[min(id::text)::uuid]) is null as done from s, generate_series(1, 300) n group by n \g /dev/null
select pg_temp.tell(array[id]) is null as done from s where id > (select min(id::text)::uuid from s) limit 20 \g /dev/null
select is(pg_temp.claim(10), 10::bigint, 'a slot that is named again and again hides no others');
select is(pg_temp.claim(0), 0::bigint, 'nothing more is taken on than there is room for');
select cmp_ok((select count(*) from pgmq.q_outbox_slot), '<=', 11::bigint, 'what was taken is gone');
select cmp_ok((select count(*) from pgmq.q_outbox_slot), '>', 0::bigint, 'and the rest waits');

-- Wide messages.
select pgmq.purge_queue('outbox_slot') is null as done \g /dev/null
update outbox.subject set worker = null, lease_until = null;
update inventory.slot set capacity = capacity + 1;
select pgmq.purge_queue('outbox_slot') is null as done \g /dev/null
select pg_temp.tell(array_agg(id)) is null as done from s, generate_series(1, 5) n group by n \g /dev/null
select cmp_ok(pg_temp.claim(50), '<=', 100::bigint, 'of messages that name a hundred, one is enough');
select is((select count(*) from pgmq.q_outbox_slot), 9::bigint, 'the others wait');

select * from finish();
rollback;
