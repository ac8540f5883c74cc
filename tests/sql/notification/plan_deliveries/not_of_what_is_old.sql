begin;
\i tests/sql/helpers.sql
select plan(4);

create temp table b as select t.book(t.slot(t.listing())) as id;
select t.accepted(t.write('notification.upsert_endpoints', t.actor('ORGANISER'), jsonb_build_object(
    'organiser_id', t.organiser(), 'endpoint_id', null, 'url', 'https://shop.example.test/', 'event_types',
    jsonb_build_array('*'), 'expected_version', null))) is null as done \g /dev/null
insert into notification.contact (subject, email) values ('anna', 'anna@example.org');
create function pg_temp.told(named text, age interval, longest double precision) returns text language sql volatile as $$
    select (p ->> 'too_old') || ' ' || (select string_agg(d.channel, ',' order by d.channel)
                                         from notification.delivery d where d.event_id = named)
    from b, notification.plan_deliveries(jsonb_build_array(jsonb_build_object(
        'event_id', named, 'message', 'CONFIRMED', 'longest_seconds', longest, 'document', jsonb_build_object(
            'type', 'booking.confirmed', 'organiser_id', t.organiser(), 'booking_id', b.id,
            'occurred_at', clock_timestamp() - age, 'booking', jsonb_build_object('customer_id', 'anna'))))) p
$$;
-- What a function writes is seen by the next statement.
select pg_temp.told(event, age, longest) is null as done from (values
    ('new', interval '23 hours', 86400), ('old', '25 hours', 86400), ('sent back', '25 hours', null)) v (event, age, longest) \g /dev/null
select is(pg_temp.told('new', '23 hours', 86400), 'false EMAIL,WEBHOOK', 'what happened lately is told to all');
select is(pg_temp.told('old', '25 hours', 86400), 'true WEBHOOK', 'a customer hears nothing of what is long past, an organiser does');
select is(pg_temp.told('sent back', '25 hours', null), 'false EMAIL,WEBHOOK', 'unless somebody has looked at it');
select is((select count(*) from notification.delivery), 5::bigint, 'each once');

select * from finish();
rollback;
