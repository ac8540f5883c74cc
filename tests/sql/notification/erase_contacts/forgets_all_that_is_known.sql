begin;
\i tests/sql/helpers.sql
select plan(7);

create temp table b as select t.book(t.slot(t.listing())) as id;
insert into notification.contact (subject, email, language) values ('anna', 'anna@example.test', 'de');
insert into notification.preference (subject, message, channel, enabled) values ('anna', 'CANCELLED', 'EMAIL', false);
create temp table d as
select notification.plan_deliveries(jsonb_build_array(jsonb_build_object(
    'event_id', id || '.1', 'message', 'CONFIRMED', 'document', jsonb_build_object(
        'type', 'booking.confirmed', 'organiser_id', t.organiser(), 'booking_id', id,
        'booking', jsonb_build_object('customer_id', 'anna', 'lines', '[]'::jsonb))))) from b;
create function t.erase(actor jsonb, subject text) returns text language sql volatile as $$
    select t.code(t.write('notification.erase_contacts', actor, jsonb_build_object('subject', subject)))
$$;

select is(t.erase(t.actor('CUSTOMER', 'berta'), 'anna'), 'NOT_ALLOWED', 'another''s is not one''s to erase');
select is(t.erase(t.actor('ORGANISER'), 'anna'), 'NOT_ALLOWED', 'nor an organiser''s');
select is(t.erase(t.actor('CUSTOMER'), 'anna'), 'OK', 'one''s own is');
select ok((select c.email is null and c.erased_at is not null from notification.contact c where c.subject = 'anna'),
    'the address is gone');
select is((select count(*) from notification.preference p where p.subject = 'anna'), 0::bigint, 'and so are the wishes');
select is(
    (select c ->> 'address' from notification.claim_deliveries('{"worker": "w", "batch": 10, "per_endpoint": 10,
        "lease_seconds": 30, "channels": ["EMAIL"]}') c),
    null, 'what was planned finds no address');
select is((select count(*) from holdfast.audit a where a.action = 'eraseContact' and a.subject = 'anna'), 3::bigint,
    'every try is written down');

select * from finish();
rollback;
