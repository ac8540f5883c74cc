begin;
\i tests/sql/helpers.sql
select plan(5);

create temp table s as select t.slot(t.listing()) as id;
select t.book(id) is null as done from s, generate_series(1, 5) \g /dev/null
select pgmq.purge_queue('outbox') as purged \g /dev/null
create temp table page as select outbox.rescue('{"kind": "BOOKING", "batch": 3}') as found;
select is(found ->> 'found', '3', 'a page of bookings that nobody was told of') from page;
create temp table rest as select outbox.rescue(jsonb_build_object('kind', 'BOOKING', 'batch', 3, 'after', found -> 'next')) as found from page;
select is(found, '{"found": 2, "next": null}', 'and the last one') from rest;
select is((select sum(jsonb_array_length(message -> 'subjects')) from pgmq.q_outbox), 5::bigint, 'each named once');
select is(outbox.rescue('{"kind": "SLOT", "batch": 3}') ->> 'found', '1', 'slots, too');
select is(outbox.rescue('{"kind": "DELIVERY", "batch": 3}') ->> 'found', '0', 'and deliveries, of which there are none');

select * from finish();
rollback;
