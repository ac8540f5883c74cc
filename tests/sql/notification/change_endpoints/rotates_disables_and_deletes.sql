begin;
\i tests/sql/helpers.sql
select plan(11);

create temp table b as select t.book(t.slot(t.listing())) as id;
create temp table e as select t.accepted(t.write('notification.upsert_endpoints', t.actor('ORGANISER'), jsonb_build_object(
    'organiser_id', t.organiser(), 'endpoint_id', null, 'url', 'https://shop.example.test/hook',
    'event_types', jsonb_build_array('*'), 'expected_version', null))) as id;
create function t.change(action text, actor jsonb default t.actor('ORGANISER')) returns text language sql volatile as $$
    select t.code(t.write('notification.change_endpoints', actor, jsonb_build_object('endpoint_id', id, 'action', action)))
    from e
$$;
create function t.plan_one(event_id text) returns integer language sql volatile as $$
    select (p ->> 'planned')::integer from b, notification.plan_deliveries(jsonb_build_array(jsonb_build_object(
        'event_id', event_id, 'message', null, 'document', jsonb_build_object(
            'type', 'booking.created', 'organiser_id', t.organiser(), 'booking_id', b.id)))) p
$$;

select is(t.change('ROTATE', t.actor('ORGANISER', 'oda', t.organiser('other'))), 'NOT_FOUND', 'another''s is not there');
select is(t.change('ROTATE'), 'OK', 'it gets a new secret');
select ok(cardinality(p.secrets) = 2 and p.secrets[1] <> p.secrets[2]
    and p.old_secret_until > now() + interval '23 hours', 'and keeps the old one for a day') from notification.endpoint p;
select is(t.plan_one('one'), 1, 'it is told');
select is(t.change('DISABLE'), 'OK', 'it is switched off');
select is((select d.state from notification.delivery d), 'FAILED', 'what waited for it has ended');
select is(t.plan_one('two'), 0, 'nothing more is planned');
select is(array[t.change('ENABLE'), t.plan_one('three')::text], array['OK', '1'], 'switched on it is told again');
select is(t.change('DELETE'), 'OK', 'it is deleted');
select is((select count(*) from notification.endpoint), 0::bigint, 'and gone');
select is(t.change('ENABLE'), 'NOT_FOUND', 'for good');

select * from finish();
rollback;
