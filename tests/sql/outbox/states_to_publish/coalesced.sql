begin;
\i tests/sql/helpers.sql
select plan(14);

create function pg_temp.claim() returns jsonb language sql as $$
    select outbox.claim('{"relay": "one", "queue": "outbox_slot", "subjects": 100, "lapsed": 100, "lease_seconds": 60,
                          "events": 10}')
$$;
create function pg_temp.mark(event jsonb) returns jsonb language sql as $$
    select outbox.mark(jsonb_build_object('relay', 'one', 'lease_seconds', 60, 'events', 10, 'done',
        jsonb_build_array(event)))
$$;
create temp table s as select t.slot(t.listing()) as id;
select t.book(id) is null as done from s, generate_series(1, 3) \g /dev/null
create temp table first as select pg_temp.claim() as event;
select is(event #>> '{document,slot,taken}', '3', 'many changes are one state') from first;
select is(event ->> 'sequence', '1', 'the first that is told') from first;
select is(event #>> '{document,slot,version}', (select version::text from inventory.slot), 'with the row''s version') from first;

select t.book(id) is null as done from s \g /dev/null
update outbox.subject set lease_until = clock_timestamp() - interval '1 second' where kind = 'SLOT';
select is(pg_temp.claim() -> 'document', event -> 'document', 'what was not acknowledged goes out again as it was') from first;
create temp table second as select pg_temp.mark(event) as event from first;
select is(event #>> '{document,slot,taken}', '4', 'and then what has come since') from second;
select is(event ->> 'sequence', '2', 'under the next number') from second;
select is(pg_temp.mark(event), null, 'and no more') from second;

update inventory.slot set updated_at = clock_timestamp();
select is(pg_temp.claim(), null, 'a change that nobody outside sees is not told');

-- The row of a seated slot does not move with its sales.
create temp table h as select t.seated_slot(t.listing('hall'), t.hall()) as id;
create temp table third as select pg_temp.claim() as event;
select is(event #>> '{document,slot,admission}', 'SEATED', 'a seated slot') from third;
select is(pg_temp.mark(event), null, 'as it was made') from third;
select t.book(id, 2) is null as done from h \g /dev/null
create temp table fourth as select pg_temp.claim() as event;
select is(event #>> '{document,slot,taken}', '2', 'is told of when seats are taken') from fourth;
select is(event ->> 'sequence', '2', 'under its own count') from fourth;
select is(event #>> '{document,slot,version}', (select event #>> '{document,slot,version}' from third), 'though its row has not moved') from fourth;
select ok(not event #> '{document,slot}' ? 'available', 'and nothing is told that changes by the clock') from fourth;

select * from finish();
rollback;
