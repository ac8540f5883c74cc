begin;
\i tests/sql/helpers.sql
select plan(5);

create function pg_temp.lag(queue text) returns integer language sql volatile as $$
    select ((l ->> 'oldest_seconds')::double precision / 10)::integer * 10 from outbox.lag('{}') l where l ->> 'queue' = queue
$$;
create function pg_temp.claim(queue text) returns bigint language sql volatile as $$
    select count(*) from outbox.claim(jsonb_build_object('relay', 'one', 'queue', queue, 'subjects', 100, 'lapsed', 100,
        'lease_seconds', 60, 'events', 10))
$$;
create temp table s as select t.slot(t.listing()) as id;
insert into notification.delivery (organiser_id, id, event_id, event, message, channel, recipient_kind, recipient_id, state,
                                   due_at, give_up_at, ended_at, version)
select t.organiser(), holdfast.uuid_v7(), 'e', '{}', 'CONFIRMED', 'EMAIL', 'CUSTOMER', 'anna', 'SENT', now(), now(), now(), 1;
insert into notification.delivery_event (organiser_id, delivery_id, version, type, document, occurred_at)
select organiser_id, id, 1, 'delivery.sent', '{}', now() - interval '100 seconds' from notification.delivery;
update pgmq.q_outbox set enqueued_at = enqueued_at - interval '100 seconds';
select is(pg_temp.lag('outbox'), 100, 'what waits in the queue');
select pg_temp.claim('outbox') \g /dev/null
select is(pg_temp.lag('outbox'), 100, 'a delivery that a relay has is no younger for that');
select pg_temp.claim('outbox_slot') \g /dev/null
update outbox.subject set waits_since = waits_since - interval '50 seconds' where kind = 'SLOT';
select is(pg_temp.lag('outbox_slot'), 50, 'nor is a slot');
select outbox.hand_back('{"relay": "one"}') \g /dev/null
select pg_temp.claim('outbox_slot') \g /dev/null
select is(pg_temp.lag('outbox_slot'), 50, 'whoever takes it over');
select count(*) from outbox.mark(jsonb_build_object('relay', 'one', 'lease_seconds', 60, 'events', 10, 'done', (
    select jsonb_agg(jsonb_build_object('kind', kind, 'id', id, 'sequence', 1)) from outbox.subject))) \g /dev/null
select is(pg_temp.lag('outbox') + pg_temp.lag('outbox_slot'), 0, 'until it is told');

select * from finish();
rollback;
