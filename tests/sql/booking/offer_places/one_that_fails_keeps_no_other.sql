begin;
\i tests/sql/helpers.sql
select plan(4);

select t.listing() as listing \gset
select t.slot(:'listing', 1) as broken \gset
select t.slot(:'listing', 1, day => 31) as sound \gset
select t.book(:'broken', 1) as one \gset
select t.book(:'sound', 1) as two \gset
select t.accepted(t.join(:'broken', 1, 'berta')) as stuck \gset
select t.accepted(t.join(:'sound', 1, 'carl')) as moving \gset
select t.cancel(:'one'), t.cancel(:'two');
create function pg_temp.fail() returns trigger language plpgsql as $$ begin raise exception 'planted'; end $$;
create trigger planted before update on booking.waitlist_entry
    for each row when (new.customer_id = 'berta') execute function pg_temp.fail();
set local client_min_messages = error;

select is(t.serve(), 2, 'both messages are handled');
select is(t.status(t.offered(:'moving')), 'PENDING', 'one queue moves');
select is(t.places(:'broken'), '0 taken, 1 aside, 1 waiting of 1', 'the other is as it was');
select ok((select vt > clock_timestamp() + interval '20 seconds' from pgmq.q_waitlist), 'and is tried again later');

select * from finish();
rollback;
