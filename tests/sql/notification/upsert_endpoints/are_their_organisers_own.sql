begin;
\i tests/sql/helpers.sql
select plan(11);

create temp table l as select t.listing() as own, t.listing('other', organiser => t.organiser('other')) as other;
create function t.put(actor jsonb, fields jsonb default '{}', key text default null) returns jsonb language sql volatile as $$
    select t.write('notification.upsert_endpoints', actor, jsonb_build_object(
        'organiser_id', t.organiser(), 'endpoint_id', null, 'url', 'https://shop.example.test/hook',
        'event_types', jsonb_build_array('booking.*'), 'expected_version', null) || fields, key)
$$;
create temp table e as select t.accepted(t.put(t.actor('ORGANISER'), key => 'first')) as id;
create function t.own(id uuid) returns jsonb language sql immutable as $$
    select jsonb_build_object('endpoint_id', id, 'expected_version', 1)
$$;

select matches(p.secrets[1], '^whsec_[A-Za-z0-9+/]{43}=$', 'it has a secret of 32 bytes') from notification.endpoint p;
select is(t.put(t.actor('ORGANISER'), key => 'first') ->> 'replayed', 'true', 'asked again, nothing new is made');
select is((select count(*) from notification.endpoint), 1::bigint, 'there is one');
select is(t.code(t.put(t.actor('CUSTOMER'))), 'NOT_ALLOWED', 'customers have none');
select is(t.code(t.put(t.actor('ORGANISER', 'oda', t.organiser('other')))), 'NOT_ALLOWED', 'another organiser''s are not one''s own');
select is(t.code(t.put(t.actor('ORGANISER', 'oda', t.organiser('other')),
    t.own(id) || jsonb_build_object('organiser_id', t.organiser('other')))), 'NOT_FOUND', 'nor are they there for it') from e;
select is(array[t.code(t.put(t.actor('ORGANISER'), '{"url": "ftp://a"}')),
                t.code(t.put(t.actor('ORGANISER'), '{"event_types": []}')),
                t.code(t.put(t.actor('ORGANISER'), '{"event_types": ["Booking!"]}'))],
    array['INVALID_INPUT', 'INVALID_INPUT', 'INVALID_INPUT'], 'what is none is refused');
select is(t.code(t.put(t.actor('ORGANISER'), t.own(id))), 'OK', 'the version seen is the one there') from e;
select is(t.code(t.put(t.actor('ORGANISER'), t.own(id))), 'STALE_VERSION', 'and then it is not any more') from e;
select is((select count(*) from notification.list_endpoints(jsonb_build_object(
    'actor', t.actor('ORGANISER', 'oda', t.organiser('other')), 'first', 10))), 0::bigint, 'another organiser sees nothing');
select ok((select not v ? 'secrets' from notification.view_endpoints(jsonb_build_object(
    'actor', t.actor('ORGANISER'), 'ids', jsonb_build_array(id))) v), 'nobody is shown the secrets') from e;

select * from finish();
rollback;
