begin;
\i tests/sql/helpers.sql
select plan(2);

do $$ begin perform t.book_paid(t.slot(t.listing())); end $$;

create function pg_temp.changed(past interval) returns text language sql as $$
    select format(
        'insert into booking.change (organiser_id, id, booking_id, state, dropped, total_minor, owed_minor, charge_minor,
                                     nonrefundable_minor, actor_role, actor_id, due_at, created_at)
         select b.organiser_id, b.id, b.id, ''UNDER_WAY'', ''[]'', 1, 1, 1, 0, ''CUSTOMER'', ''anna'',
                clock_timestamp() - %L::interval, b.created_at from booking.booking b', past)
$$;
select t.expect_seen('stuck_change', pg_temp.changed('61 seconds'), 'a change that nobody gives up');
select is(t.plant('stuck_change', pg_temp.changed('30 seconds')), 0::bigint, 'one that will be given up any moment');

select * from finish();
rollback;
