begin;
\i tests/sql/helpers.sql
select plan(4);

create temp table b as select t.book(t.slot(t.listing())) as id;
insert into notification.delivery (organiser_id, id, event_id, event, message, channel, recipient_kind, recipient_id, state,
                                   due_at, give_up_at, ended_at)
select t.organiser(), holdfast.uuid_v7(), 'e' || age, '{}', 'CONFIRMED', 'EMAIL', 'CUSTOMER', 'anna', 'SENT', now(), now(),
       now() - age
from unnest(array[interval '89 days', '91 days']) age;
insert into outbox.subject (organiser_id, kind, id, published)
select organiser_id, 'DELIVERY', id, 1 from notification.delivery
union all select t.organiser(), 'BOOKING', id, 1 from b;
insert into outbox.parked (organiser_id, kind, id, sequence, cause, detail)
select organiser_id, 'DELIVERY', id, 1, 'TOO_LARGE', 'it is' from notification.delivery;
select is(notification.purge_deliveries('{"batch": 10}'), '{"purged": 1}', 'what ended 90 days ago goes');
select is((select count(*) from outbox.subject where kind = 'DELIVERY') + (select count(*) from outbox.parked), 2::bigint,
    'with how much of it was told');
select is((select count(*) from outbox.subject where kind = 'BOOKING'), 1::bigint, 'that of bookings stays');
insert into notification.reminder (organiser_id, booking_id, hold_expires_at)
select t.organiser(), b.id, now() - age from b, unnest(array[interval '6 days', '8 days']) age;
select is(notification.purge_reminders('{"batch": 10}'), '{"purged": 1}', 'reminders go a week after the hold''s end');

select * from finish();
rollback;
