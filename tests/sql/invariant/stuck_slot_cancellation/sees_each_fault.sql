begin;
\i tests/sql/helpers.sql
select plan(4);

create temp table it as select t.slot(t.listing()) as slot;
do $$ begin perform t.book(slot) from it; end $$;

create function pg_temp.cancelled(state text, ago interval) returns text language sql as $$
    select format(
        'with written as (
            insert into booking.slot_cancellation (organiser_id, id, slot_id, state, bookings, actor_role, actor_id,
                                                   started_at, ended_at)
            select s.organiser_id, s.id, s.id, %1$L, 1, ''ORGANISER'', ''otto'', now() - %2$L::interval,
                   case %1$L when ''DONE'' then now() end
            from inventory.slot s returning 1)
         update inventory.slot set state = ''CANCELLED'' where exists (select from written)', state, ago)
$$;

select t.expect_seen('stuck_slot_cancellation', pg_temp.cancelled('DONE', '0'), 'done, and a booking is left');
select is(t.plant('stuck_slot_cancellation', pg_temp.cancelled('RUNNING', '1 hour')), 0::bigint, 'a booking is left to cancel');
do $$ begin perform t.cancel(id) from booking.booking; end $$;
select t.expect_seen('stuck_slot_cancellation', pg_temp.cancelled('RUNNING', '61 seconds'), 'nothing is left to do, and nobody says so');
select is(t.plant('stuck_slot_cancellation', pg_temp.cancelled('RUNNING', '5 seconds')), 0::bigint, 'it has only just begun');

select * from finish();
rollback;
