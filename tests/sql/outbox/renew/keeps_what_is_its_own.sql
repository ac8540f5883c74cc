begin;
\i tests/sql/helpers.sql
select plan(5);

create function pg_temp.claim(relay text) returns bigint language sql as $$
    select count(*) from outbox.claim(jsonb_build_object('relay', relay, 'queue', 'outbox', 'subjects', 100,
        'lapsed', 100, 'lease_seconds', 60, 'events', 10))
$$;
create temp table s as select t.slot(t.listing()) as id;
select t.book(id) is null as done from s, generate_series(1, 3) \g /dev/null
select is(pg_temp.claim('one'), 3::bigint, 'a relay has three bookings');
update outbox.subject set lease_until = clock_timestamp() + interval '5 seconds' where kind = 'BOOKING';
create function pg_temp.renew(relay text) returns bigint language sql as $$
    select count(*) from outbox.renew(jsonb_build_object('relay', relay, 'lease_seconds', 60, 'subjects', (
        select jsonb_agg(jsonb_build_object('kind', kind, 'id', id)) from (
            select kind, id from outbox.subject where kind = 'BOOKING' order by id limit 2) s)))
$$;
select pg_temp.renew('two') \g /dev/null
select is((select count(*) from outbox.subject where kind = 'BOOKING' and lease_until < clock_timestamp() + interval '6 seconds'),
    3::bigint, 'another one renews nothing of it');
select pg_temp.renew('one') \g /dev/null
select is((select count(*) from outbox.subject where kind = 'BOOKING' and worker = 'one'
           and lease_until > clock_timestamp() + interval '50 seconds'), 2::bigint, 'who is still at it keeps it');
select is((select count(*) from outbox.subject where kind = 'BOOKING' and lease_until < clock_timestamp() + interval '6 seconds'),
    1::bigint, 'and what he does not know of lapses');
select outbox.hand_back('{"relay": "one"}') \g /dev/null
select pg_temp.renew('one') \g /dev/null
select is(pg_temp.claim('two'), 3::bigint, 'what was handed back is anybody''s');

select * from finish();
rollback;
