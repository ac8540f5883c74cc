begin;
\i tests/sql/helpers.sql
select plan(8);

create function pg_temp.look(after jsonb default null) returns jsonb language sql as $$
    select notification.plan_reminders(jsonb_build_object('batch', 2, 'after', after))
$$;
create function pg_temp.told() returns bigint language sql as $$
    select count(distinct booking_id) from notification.delivery where message = 'HOLD_ENDING'
$$;
create temp table s as select t.slot(t.listing(), 100) as id;
select t.book(id) is null as done from s, generate_series(1, 5) \g /dev/null
insert into notification.contact (subject, email)
select distinct customer_id, customer_id || '@example.org' from booking.booking on conflict do nothing;
update booking.booking b set created_at = clock_timestamp() - interval '4 minutes',
    hold_expires_at = clock_timestamp() + interval '30 seconds', expire_due_at = clock_timestamp() + interval '30 seconds';
update booking.booking set expire_due_at = hold_expires_at;

create temp table one as select pg_temp.look() as found;
select is(found ->> 'planned', '2', 'a page of holds that end together') from one;
create temp table two as select pg_temp.look(found -> 'next') as found from one;
select is(found ->> 'planned', '2', 'the next') from two;
create temp table three as select pg_temp.look(found -> 'next') as found from two;
select is(found, '{"planned": 1, "next": null}', 'and the last') from three;
select is(pg_temp.told(), 5::bigint, 'nobody is left out');
create temp table again as select pg_temp.look() as found;
select is(found ->> 'planned', '0', 'nobody is told twice') from again;
select isnt(found -> 'next', 'null', 'and those behind are looked at all the same') from again;

update booking.booking set hold_expires_at = hold_expires_at + interval '10 seconds';
update booking.booking set expire_due_at = hold_expires_at;
select is(pg_temp.look() ->> 'planned', '2', 'an extended hold ends anew');
select is((select document -> 'booking' ->> 'status' from booking.last_events(array(select id from booking.booking limit 1))),
    'PENDING', 'with what there is to tell');

select * from finish();
rollback;
