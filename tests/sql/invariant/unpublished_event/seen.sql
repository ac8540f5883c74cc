begin;
\i tests/sql/helpers.sql
select plan(8);

create temp table b as select t.book(t.slot(t.listing())) as id;
create function pg_temp.plant(broker text, and_then text default '') returns bigint language sql as $$
    select t.plant('unpublished_event', $q$ update booking.event set occurred_at = occurred_at - interval '2 minutes'; $q$
        || and_then || '; insert into outbox.broker (away_since, back_at, was_away_for, heard_at) values ' || broker)
$$;
select is(t.plant('unpublished_event', $$ update booking.event set occurred_at = occurred_at - interval '2 minutes' $$),
    0::bigint, 'without a broker events wait in the outbox');
select is(pg_temp.plant($$ (now(), now() - interval '1 day', '0', now()) $$), 0::bigint, 'nor while it is away');
select is(pg_temp.plant($$ (null, now() - interval '90 seconds', '1 hour', now()) $$), 0::bigint,
    'nor until a tenth of its absence is over');
select is(pg_temp.plant($$ (null, now() - interval '1 day', '0', now()) $$,
    $$ update saga.queue set paused_at = now(), paused_by = 'olga' where queue = 'outbox' $$),
    0::bigint, 'nor while an operator holds it');
select is(pg_temp.plant($$ (null, now() - interval '1 day', '0', now()) $$,
    $$ insert into outbox.subject (organiser_id, kind, id, published) select t.organiser(), 'BOOKING', id, 1 from b $$),
    0::bigint, 'nor what is published');
select is(pg_temp.plant($$ (now() - interval '1 hour', now() - interval '1 day', '0', now() - interval '2 minutes') $$),
    1::bigint, 'that it is away is said by a relay, and there is none');
select is(pg_temp.plant($$ (null, now() - interval '1 day', '0', now()) $$), 1::bigint, 'older than a minute, and not published');
select t.expect_invariants();

select * from finish();
rollback;
