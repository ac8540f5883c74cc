begin;
\i tests/sql/helpers.sql
select plan(4);

create function pg_temp.claim(relay text) returns bigint language sql as $$
    select count(*) from outbox.claim(jsonb_build_object('relay', relay, 'queue', 'outbox', 'subjects', 100,
        'lapsed', 100, 'lease_seconds', 60, 'events', 10))
$$;
create temp table s as select t.slot(t.listing()) as id;
select t.book(id) is null as done from s, generate_series(1, 3) \g /dev/null
select is(pg_temp.claim('one'), 3::bigint, 'a relay has three bookings');
update outbox.subject set lease_until = clock_timestamp() + interval '5 seconds' where kind = 'BOOKING';
select outbox.renew('{"relay": "two", "lease_seconds": 60}') \g /dev/null
select is((select count(*) from outbox.subject where kind = 'BOOKING' and lease_until < clock_timestamp() + interval '6 seconds'),
    3::bigint, 'another one renews nothing of it');
select outbox.renew('{"relay": "one", "lease_seconds": 60}') \g /dev/null
select is((select count(*) from outbox.subject where kind = 'BOOKING' and worker = 'one'
           and lease_until > clock_timestamp() + interval '50 seconds'), 3::bigint, 'who is still at it keeps it');
select outbox.hand_back('{"relay": "one"}') \g /dev/null
select outbox.renew('{"relay": "one", "lease_seconds": 60}') \g /dev/null
select is(pg_temp.claim('two'), 3::bigint, 'what was handed back is anybody''s');

select * from finish();
rollback;
