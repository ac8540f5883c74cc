begin;
\i tests/sql/helpers.sql
select plan(6);

insert into notification.contact (subject, email, phone) values ('anna', 'anna@example.test', '+351210000000');
create function t.prefer(actor jsonb, subject text, preferences jsonb) returns text language sql volatile as $$
    select t.code(t.write('notification.set_preferences', actor,
        jsonb_build_object('subject', subject, 'preferences', preferences)))
$$;
create function t.channels(message text) returns text[] language sql volatile as $$
    select array_agg(c.channel order by c.channel) from notification.channels_of('anna', message) c
$$;

select is(t.channels('CONFIRMED'), array['EMAIL'], 'by e-mail unless told otherwise');
select is(t.prefer(t.actor('CUSTOMER', 'berta'), 'anna', '[]'), 'NOT_ALLOWED', 'another''s wishes are not one''s own');
select is(t.prefer(t.actor('CUSTOMER'), 'anna', '[{"message": "CONFIRMED", "channel": "WEBHOOK", "enabled": true}]'),
    'INVALID_INPUT', 'a customer has no webhooks');
select is(t.prefer(t.actor('CUSTOMER'), 'anna', '[{"message": "CONFIRMED", "channel": "SMS", "enabled": false},
        {"message": "CONFIRMED", "channel": "SMS", "enabled": true},
        {"message": "CONFIRMED", "channel": "EMAIL", "enabled": false}]'), 'OK', 'one''s own are');
select is(t.channels('CONFIRMED'), array['SMS'], 'the last word counts');
select is(t.channels('CANCELLED'), array['EMAIL'], 'what was not named stays as it is');

select * from finish();
rollback;
