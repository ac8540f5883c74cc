begin;
\i tests/sql/helpers.sql
select plan(9);

create temp table b as select t.book(t.slot(t.listing())) as id;
create function t.set_contact(actor jsonb, subject text, fields jsonb default '{}') returns text language sql volatile as $$
    select t.code(t.write('notification.set_contacts', actor, jsonb_build_object(
        'subject', subject, 'email', 'anna@example.test', 'phone', null, 'push_token', null, 'language', 'de') || fields))
$$;

select is(t.set_contact(t.actor('CUSTOMER'), 'berta'), 'NOT_ALLOWED', 'a customer sets its own only');
select is(t.set_contact(t.actor('ORGANISER'), 'berta'), 'NOT_FOUND', 'an organiser knows nobody who has not booked with it');
select is(t.set_contact(t.actor('ORGANISER', 'oda', t.organiser('other')), 'anna'), 'NOT_FOUND', 'nor another''s customers');
select is(t.set_contact(t.actor('ORGANISER'), 'anna'), 'OK', 'an organiser sets a customer''s first contact');
select is(t.set_contact(t.actor('ORGANISER'), 'anna', '{"email": "thief@example.test"}'), 'INVALID_STATE', 'and no later one');
select is(t.set_contact(t.actor('CUSTOMER'), 'anna', '{"phone": "+351210000000"}'), 'OK', 'the customer changes it');
select is(array[t.set_contact(t.actor('CUSTOMER'), 'anna', '{"email": "nobody"}'),
                t.set_contact(t.actor('CUSTOMER'), 'anna', '{"phone": "0210"}'),
                t.set_contact(t.actor('CUSTOMER'), 'anna', '{"language": "German!"}')],
    array['INVALID_INPUT', 'INVALID_INPUT', 'INVALID_INPUT'], 'what reaches nobody is refused');
select is(t.set_contact(t.actor(), 'anna', '{"email": "olga.set@example.test"}'), 'OK', 'an operator sets any');
select is(
    (select count(*) from holdfast.audit a where a.action = 'setContact' and (a.argument || a.outcome)::text not like '%@%'),
    1::bigint, 'and the log says so, without the address');

select * from finish();
rollback;
