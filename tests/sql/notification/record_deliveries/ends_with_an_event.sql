begin;
\i tests/sql/helpers.sql
select plan(9);

create temp table b as select t.book(t.slot(t.listing())) as id;
insert into notification.contact (subject, email) values ('anna', 'anna@example.test');
create temp table e as select t.accepted(t.write('notification.upsert_endpoints', t.actor('ORGANISER'), jsonb_build_object(
    'organiser_id', t.organiser(), 'endpoint_id', null, 'url', 'https://shop.example.test/hook',
    'event_types', jsonb_build_array('*'), 'expected_version', null))) as id;
create function t.plan_one(event_id text) returns void language sql volatile as $$
    select notification.plan_deliveries(jsonb_build_array(jsonb_build_object(
        'event_id', event_id, 'message', 'CONFIRMED', 'document', jsonb_build_object(
            'type', 'booking.confirmed', 'organiser_id', t.organiser(), 'booking_id', b.id,
            'booking', jsonb_build_object('customer_id', 'anna', 'lines', '[]'::jsonb))))) from b
$$;
create function t.send(channel text, result text, fields jsonb default '{}') returns void language sql volatile as $$
    select notification.record_deliveries(jsonb_agg(jsonb_build_object(
        'delivery_id', c -> 'delivery_id', 'fence', c -> 'fence', 'result', result, 'took_ms', 5) || fields))
    from notification.claim_deliveries(jsonb_build_object('worker', 'w', 'batch', 1, 'lease_seconds', 30,
        'per_endpoint', 1, 'channels', jsonb_build_array(channel))) c
$$;
select t.plan_one('one');
select t.plan_one('two');

select t.send('EMAIL', 'REJECTED',
    '{"status_code": 550, "detail": "550 5.1.1 <Anna@Example.test>: no such user", "retry_in_ms": null}');
select is((select array_agg(distinct d.state) from notification.delivery d where d.channel = 'EMAIL'), array['FAILED', 'PLANNED'],
    'what is refused for good is not tried again');
select is((select d.last_error from notification.delivery d where d.state = 'FAILED'), '550 5.1.1 <***>: no such user',
    'the address is not kept with it');
select is((select count(*) from notification.delivery_event v where v.document::text ilike '%anna@%'), 0::bigint,
    'nor told outside');
select t.send('WEBHOOK', 'GONE', '{"status_code": 410}');
select is((select p.state from notification.endpoint p), 'DISABLED', 'a gone endpoint is disabled');
select isnt((select p.disabled_reason from notification.endpoint p), null, 'for a reason');
select is((select array_agg(d.state) from notification.delivery d where d.channel = 'WEBHOOK'), array['FAILED', 'FAILED'],
    'and what waited for it has ended');
select t.send('EMAIL', 'SENT');
select is((select array_agg(v.type || ' ' || v.version order by v.type) from notification.delivery_event v
           join notification.delivery d on d.id = v.delivery_id where d.channel = 'EMAIL'),
    array['delivery.failed 1', 'delivery.sent 1'], 'each end is an event');
select is((select count(*) from pgmq.q_outbox m where m.message ->> 'kind' = 'DELIVERY'), 4::bigint,
    'which the relay hears of');
select is((select array_agg(document ->> 'id') from (
    select document from notification.events_to_publish(
        array(select d.id from notification.delivery d where d.state = 'SENT'), array[0], 10)) x),
    array(select d.id || '.1' from notification.delivery d where d.state = 'SENT'), 'and publishes');

select * from finish();
rollback;
