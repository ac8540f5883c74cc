begin;
\i tests/sql/helpers.sql
select plan(4);

create function pg_temp.park(message jsonb) returns bigint language sql volatile as $$
    select count(*) from notification.park_events(jsonb_build_array(jsonb_build_object('message', message, 'detail', 'odd')))
$$;
create function pg_temp.open() returns bigint language sql volatile as $$
    select count(*) from saga.dead_letter where state = 'OPEN' and queue = 'notification'
$$;
select pg_temp.park('{"event_id": "a.1", "record": {"payload": "1"}}'), pg_temp.park('{"event_id": "a.1", "record": {"payload": "2"}}') \g /dev/null
select is(pg_temp.open(), 1::bigint, 'one case for an event, however often it comes');
select pg_temp.park('{"event_id": null, "record": {"payload": "1"}}'), pg_temp.park('{"event_id": null, "record": {"payload": "1"}}'),
    pg_temp.park('{"event_id": null, "record": {"payload": "2"}}') \g /dev/null
select is(pg_temp.open(), 3::bigint, 'what names none is known by all of it');
select pg_temp.park('{"document": {"id": "b.1"}}'), pg_temp.park('{"document": {"id": "b.1"}, "parked": true}') \g /dev/null
select is(pg_temp.open(), 4::bigint, 'whichever way it came');
update saga.dead_letter set state = 'REDRIVEN', closed_at = now(), closed_by = 'olga' where message ->> 'event_id' = 'a.1';
select pg_temp.park('{"event_id": "a.1", "record": {"payload": "1"}}') \g /dev/null
select is(pg_temp.open(), 4::bigint, 'one that was sent back and is no better is a case again');

select * from finish();
rollback;
