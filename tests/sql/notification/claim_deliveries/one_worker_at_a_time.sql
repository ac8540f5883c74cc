begin;
\i tests/sql/helpers.sql
select plan(13);

create temp table b as select t.book(t.slot(t.listing())) as id;
create temp table e as select t.accepted(t.write('notification.upsert_endpoints', t.actor('ORGANISER'), jsonb_build_object(
    'organiser_id', t.organiser(), 'endpoint_id', null, 'url', 'https://shop.example.test/' || n,
    'event_types', jsonb_build_array('booking.created'), 'expected_version', null))) as id
from generate_series(1, 2) n;
create function t.plan_some(first integer, last integer) returns bigint language sql volatile as $$
    select sum((p ->> 'planned')::integer) from notification.plan_deliveries((
        select jsonb_agg(jsonb_build_object('event_id', 'event ' || n, 'message', null, 'document', jsonb_build_object(
            'type', 'booking.created', 'organiser_id', t.organiser(), 'booking_id', b.id)))
        from b, generate_series(first, last) n)) p
$$;
create function t.take(worker text, fields jsonb default '{}') returns setof jsonb language sql volatile as $$
    select notification.claim_deliveries(jsonb_build_object('worker', worker, 'batch', 10, 'lease_seconds', 30,
        'per_endpoint', 2, 'channels', jsonb_build_array('WEBHOOK')) || fields)
$$;
create function t.note(claim jsonb, result text, fields jsonb default '{}') returns text language sql volatile as $$
    select r ->> 'applied' from notification.record_deliveries(jsonb_build_array(jsonb_build_object(
        'delivery_id', claim -> 'delivery_id', 'fence', claim -> 'fence', 'result', result, 'took_ms', 5) || fields)) r
$$;

select is(t.plan_some(1, 5), 10::bigint, 'each event is planned for both endpoints');
select is(t.plan_some(1, 5), 0::bigint, 'and once only');
create temp table first as select t.take('one') as claim;
select is((select count(*) from first), 4::bigint, 'no endpoint fills a batch');
select is((select count(*) from notification.attempt a where a.result is null), 4::bigint, 'tries are written down first');
create temp table second as select t.take('two') as claim;
select is((select count(*) from first f join second s on f.claim -> 'delivery_id' = s.claim -> 'delivery_id'), 0::bigint,
    'what one has the other does not get');
update notification.delivery set lease_until = clock_timestamp() - interval '1 second' where worker = 'one';
create temp table third as select t.take('three', '{"batch": 100, "per_endpoint": 100}') as claim;
select is((select count(*) from third where (claim ->> 'repeated')::boolean), 4::bigint, 'what was lost is given again');
select is((select count(*) from notification.attempt a where a.result = 'LOST'), 4::bigint, 'and the log says so');
select is((select sum(d.repeats) from notification.delivery d), 4::bigint, 'it is counted');
select is((select count(*) from first where t.note(claim, 'SENT') = 'true'), 0::bigint, 'the old fence changes nothing');
select is(t.note(claim, 'FAILED', '{"retry_in_ms": 60000, "status_code": 500}'), 'true', 'a failure is recorded')
from third order by claim ->> 'delivery_id' limit 1;
select is((select count(*) from notification.delivery d where d.state = 'PLANNED' and d.due_at > clock_timestamp()), 1::bigint,
    'and waits for its next try');

-- One endpoint says 410 while another try of its is under way.
create temp table two as select claim from third
where claim #>> '{endpoint,id}' = (select id::text from e order by id limit 1)
  and (select d.state from notification.delivery d where d.id = (claim ->> 'delivery_id')::uuid) = 'SENDING' limit 2;
select is(array(select t.note(claim, case row_number() over () when 1 then 'GONE' else 'FAILED' end, '{"retry_in_ms": 0}') from two),
    array['true', 'true'], 'one says that it wants nothing more, one fails');
select is((select array_agg(claim -> 'endpoint') from t.take('five', '{"batch": 100, "per_endpoint": 100}') claim),
    array['null'::jsonb], 'and its next try has nowhere to go');

select * from finish();
rollback;
