begin;
\i tests/sql/helpers.sql
select plan(4);

create function pg_temp.claim(relay text) returns bigint language sql as $$
    select count(*) from outbox.claim(jsonb_build_object('relay', relay, 'queue', 'outbox', 'subjects', 100,
        'lapsed', 100, 'lease_seconds', 60, 'events', 10))
$$;
create function pg_temp.put_off(relay text) returns bigint language sql as $$
    select count(*) from outbox.put_off(jsonb_build_object('relay', relay, 'delay_seconds', 10, 'subjects', (
        select jsonb_agg(jsonb_build_object('kind', kind, 'id', id)) from (
            select kind, id from outbox.subject where kind = 'BOOKING' order by id limit 2) s)))
$$;
create temp table s as select t.slot(t.listing()) as id;
select t.book(id) is null as done from s, generate_series(1, 3) \g /dev/null
select pg_temp.claim('one') \g /dev/null
select pg_temp.put_off('two') \g /dev/null
select is((select count(*) from outbox.subject where worker = 'one' and kind = 'BOOKING'), 3::bigint,
    'nobody puts off what another has');
select pg_temp.put_off('one') \g /dev/null
select outbox.hand_back('{"relay": "one"}') \g /dev/null
select is(pg_temp.claim('two'), 1::bigint, 'what is put off is handed back to nobody');
update outbox.subject set lease_until = lease_until - interval '9 seconds' where worker = 'put off';
select is(pg_temp.claim('two'), 0::bigint, 'nor before its time');
update outbox.subject set lease_until = lease_until - interval '1 second' where worker = 'put off';
select is(pg_temp.claim('two'), 2::bigint, 'and then it is anybody''s');

select * from finish();
rollback;
