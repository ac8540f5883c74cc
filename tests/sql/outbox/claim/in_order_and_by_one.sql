begin;
\i tests/sql/helpers.sql
select plan(15);

create function pg_temp.claim(relay text, events integer default 10, lease numeric default 60) returns setof jsonb
language sql as $$
    select outbox.claim(jsonb_build_object('relay', relay, 'queue', 'outbox', 'subjects', 100, 'lapsed', 100,
        'lease_seconds', lease, 'events', events))
$$;
create function pg_temp.mark(relay text, booking uuid, sequence integer, events integer default 10) returns setof jsonb
language sql as $$
    select outbox.mark(jsonb_build_object('relay', relay, 'lease_seconds', 60, 'events', events, 'done',
        jsonb_build_array(jsonb_build_object('kind', 'BOOKING', 'id', booking, 'sequence', sequence))))
$$;
create function pg_temp.sequences(events jsonb[]) returns text language sql as $$
    select string_agg(e ->> 'sequence', ' ' order by n) from unnest(events) with ordinality e (e, n)
$$;

create temp table b as select t.book_paid(t.slot(t.listing())) as id;
select is(pg_temp.sequences(array(select pg_temp.claim('one', 2))), '1 2', 'the first events, as many as asked for');
select is_empty($$ select pg_temp.claim('two') $$, 'a booking is with one relay');
select is((select count(*) from pgmq.q_outbox), 0::bigint, 'the lease stands for the messages');

select is(pg_temp.sequences(array(select pg_temp.mark('one', id, 1, 2))), '2 3', 'what is acknowledged is behind it') from b;
select t.cancel(id) is null as done from b \g /dev/null
select is_empty($$ select pg_temp.claim('two') $$, 'word of more, while another has it, changes nothing');
select is((select count(*) from pgmq.q_outbox), 0::bigint, 'and is his to follow');
select is(pg_temp.sequences(array(select pg_temp.mark('one', id, 3))), '4 5', 'who finds it before he lets go') from b;

update outbox.subject set lease_until = clock_timestamp() - interval '1 second' where kind = 'BOOKING';
select is(pg_temp.sequences(array(select pg_temp.claim('two'))), '4 5', 'a lease that lapsed is taken over, without a message');
select is_empty($$ select pg_temp.mark('one', id, 4) from b $$, 'whoever was too late is given nothing more');
select is((select published from outbox.subject where kind = 'BOOKING'), 4, 'but what the broker has, it has');
select is(pg_temp.sequences(array(select pg_temp.mark('two', id, 4))), '5', 'a second acknowledgement changes nothing') from b;
select is_empty($$ select pg_temp.mark('two', id, 5) from b $$, 'at the end there is no more');
select is((select worker from outbox.subject where kind = 'BOOKING'), null, 'and it is let go');

select outbox.tell('outbox', 'BOOKING', jsonb_build_array(jsonb_build_object('organiser_id', t.organiser(), 'id', id))) is null as done from b \g /dev/null
select is_empty($$ select pg_temp.claim('two') $$, 'word of nothing new');
select is((select worker from outbox.subject where kind = 'BOOKING'), null, 'holds nobody');

select * from finish();
rollback;
