begin;
\i tests/sql/helpers.sql
select plan(9);

create temp table b as select t.book(t.slot(t.listing())) as id;
insert into notification.contact (subject, email) values ('anna', 'anna@example.test');
create temp table e as select t.accepted(t.write('notification.upsert_endpoints', t.actor('ORGANISER'), jsonb_build_object(
    'organiser_id', t.organiser(), 'endpoint_id', null, 'url', 'https://shop.example.test/hook',
    'event_types', jsonb_build_array('*'), 'expected_version', null))) as id;
select notification.plan_deliveries(jsonb_build_array(jsonb_build_object(
    'event_id', 'one', 'message', 'CONFIRMED', 'document', jsonb_build_object(
        'type', 'booking.confirmed', 'organiser_id', t.organiser(), 'booking_id', b.id,
        'booking', jsonb_build_object('customer_id', 'anna', 'lines', '[]'::jsonb))))) from b;
create function t.resend(channel text, actor jsonb) returns text language sql volatile as $$
    select t.code(t.write('notification.resend_deliveries', actor, jsonb_build_object('delivery_id', d.id)))
    from notification.delivery d where d.channel = resend.channel
$$;
create function t.sees(actor jsonb) returns text language sql volatile as $$
    select string_agg(r #>> '{row,channel}', ' ' order by r #>> '{row,channel}')
    from notification.list_deliveries(jsonb_build_object('actor', actor, 'filter', '{}'::jsonb, 'first', 10)) r
$$;

select is(t.sees(t.actor('CUSTOMER')), 'EMAIL', 'a customer sees what is meant for it');
select is(t.sees(t.actor('ORGANISER')), 'EMAIL WEBHOOK', 'an organiser all of its own');
select is(t.sees(t.actor('ORGANISER', 'oda', t.organiser('other'))), null, 'and nothing of another''s');
select is(t.resend('WEBHOOK', t.actor('ORGANISER')), 'INVALID_STATE', 'what is on its way is not sent again');
select notification.record_deliveries(jsonb_agg(jsonb_build_object(
    'delivery_id', c -> 'delivery_id', 'fence', c -> 'fence', 'result', 'SENT', 'took_ms', 5)))
from notification.claim_deliveries('{"worker": "w", "batch": 10, "lease_seconds": 30, "per_endpoint": 5,
    "channels": ["EMAIL", "WEBHOOK"]}') c;
select is(t.resend('EMAIL', t.actor('ORGANISER')), 'NOT_FOUND', 'mails to customers are not an organiser''s to send again');
select is(t.resend('WEBHOOK', t.actor('ORGANISER', 'oda', t.organiser('other'))), 'NOT_FOUND', 'nor another''s webhooks');
select is(t.resend('WEBHOOK', t.actor('ORGANISER')), 'OK', 'its own are');
select is(t.resend('EMAIL', t.actor()), 'OK', 'and an operator''s all');
select is((select count(*) from notification.claim_deliveries('{"worker": "w", "batch": 10, "lease_seconds": 30,
    "per_endpoint": 5, "channels": ["EMAIL", "WEBHOOK"]}') c where (c ->> 'attempts')::integer = 1
        and not (c ->> 'repeated')::boolean), 2::bigint, 'they are due again, under the same id');

select * from finish();
rollback;
