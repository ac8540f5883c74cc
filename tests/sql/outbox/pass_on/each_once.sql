begin;
\i tests/sql/helpers.sql
select plan(11);

create temp table b as select t.book_paid(t.slot(t.listing())) as id;
select is(outbox.pass_on('{"batch": 100}'), '{"passed": 4}', 'without a broker, events go to the notifications');
select is((select array_agg(message #>> '{document,type}' order by msg_id) from pgmq.q_notification),
    t.events((select id from b)), 'in order');
select is(outbox.pass_on('{"batch": 100}'), '{"passed": 0}', 'each once');
select is((select count(*) from pgmq.q_outbox_slot), 0::bigint, 'states of slots are for a broker');
select t.cancel(id) is null as done from b \g /dev/null
select is(outbox.pass_on('{"batch": 100}'), '{"passed": 1}', 'and what comes later, then');
select is((select published from outbox.subject), 0, 'the outside was told nothing yet');

-- A broker is named.
select is(outbox.rescue('{"kind": "BOOKING", "after": null, "batch": 100}'), '{"found": 1, "next": null}',
    'what was left behind is found');
select is((select count(*) from outbox.claim('{"relay": "one", "queue": "outbox", "subjects": 100, "lapsed": 100,
    "lease_seconds": 60, "events": 10}')), 5::bigint, 'and told from the beginning');
select is(outbox.rescue('{"kind": "BOOKING", "after": null, "batch": 100}'), '{"found": 0, "next": null}',
    'what a relay is at is not left behind');

-- Somebody goes on without the broker's name while a relay runs.
select outbox.report_broker('{"away": true}') is null as done \g /dev/null
select t.book_paid(t.slot(t.listing('other'))) is null as done \g /dev/null
select is((select p from outbox.pass_on('{"batch": 100}') p), null, 'what a relay is to tell is left to it');
update outbox.broker set heard_at = heard_at - interval '2 minutes';
select is(outbox.pass_on('{"batch": 100}'), '{"passed": 4}', 'until none was heard of for a minute');

select * from finish();
rollback;
