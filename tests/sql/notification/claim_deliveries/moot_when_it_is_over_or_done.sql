begin;
\i tests/sql/helpers.sql
select plan(5);

create temp table s as select t.slot(t.listing()) as id;
insert into notification.contact (subject, email) select 'c' || n, 'c' || n || '@example.org' from generate_series(1, 4) n;
create temp table b as select n, t.book(s.id, 1, 'c' || n) as id from s, generate_series(1, 4) n;
create function pg_temp.plan(message text) returns bigint language sql volatile as $$
    select count(*) from notification.plan_deliveries((
        select jsonb_agg(jsonb_build_object('event_id', message || b.id, 'message', message, 'document', l.document))
        from b join booking.last_events(array(select id from b)) l on l.booking_id = b.id))
$$;
create function pg_temp.moot() returns text language sql volatile as $$
    select string_agg(coalesce(c ->> 'moot', '?'), ' ' order by c ->> 'address')
    from notification.claim_deliveries('{"worker": "w", "batch": 10, "lease_seconds": 30, "per_endpoint": 2, "channels": ["EMAIL"]}') c
$$;
select pg_temp.plan('HOLD_ENDING') \g /dev/null
-- One has paid, one has more time, one is over.
select t.pay(id) is null as done from b where n = 2 \g /dev/null
select t.settle(id) is null as done from b where n = 2 \g /dev/null
update booking.booking set hold_expires_at = hold_expires_at + interval '1 minute' where id = (select id from b where n = 3);
update booking.booking set hold_expires_at = clock_timestamp() - interval '1 second' where id = (select id from b where n = 4);
select is(pg_temp.moot(), 'false true true true', 'nobody hurries who need not, or can''t any more');
select pg_temp.plan('WAITLIST_OFFER') \g /dev/null
select is(pg_temp.moot(), 'false true false true', 'an offer may have been given more time');
select pg_temp.plan('CONFIRMED') \g /dev/null
select is(pg_temp.moot(), 'false false false false', 'the rest hurries nobody');
select ok(booking.is_held(id, null), 'a hold') from b where n = 1;
select ok(not booking.is_held(holdfast.uuid_v7(), null), 'what is not there is not held');

select * from finish();
rollback;
