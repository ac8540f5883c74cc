begin;
\i tests/sql/helpers.sql
select plan(5);

-- An offer, and a hold that was extended, may last longer than the quarter of an hour of a saga.
create temp table it as select t.slot(t.listing('show', '{"hold_seconds": 600, "hold_extensions": 2}'), 5) as slot;
create temp table b as
select t.book(slot) as late, t.book(slot, fields => '{"payment_method": "pm_card_visa"}') as extended from it;
create function pg_temp.slack(of_booking uuid) returns interval language sql as $$
    select s.deadline - b.auto_cancel_at
    from saga.saga s join booking.booking b on b.id = s.booking_id where b.id = of_booking
$$;

update booking.booking set auto_cancel_at = clock_timestamp() + interval '40 minutes',
    hold_expires_at = clock_timestamp() + interval '35 minutes',
        expire_due_at = clock_timestamp() + interval '35 minutes'
from b where id = late;
select is(t.code(t.pay(late)), 'OK', 'is paid') from b;
select is(pg_temp.slack(late), interval '5 minutes', 'the deadline follows the booking''s end') from b;

update booking.booking set hold_expires_at = hold_expires_at - interval '9 minutes' from b where id = extended;
select is(t.code(t.ask('extend', extended)), 'OK', 'a hold is extended while it is paid') from b;
select ok(pg_temp.slack(extended) >= interval '5 minutes', 'and its deadline with it') from b;
select ok((select bool_and(s.deadline > s.created_at + interval '14 minutes') from saga.saga s),
    'never earlier than a quarter of an hour');

select * from finish();
rollback;
