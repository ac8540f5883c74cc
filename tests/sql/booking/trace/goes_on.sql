begin;
\i tests/sql/helpers.sql
select plan(4);

create temp table b as select t.book(t.slot(t.listing()), fields =>
    '{"payment_method": "pm_card_visa", "trace": {"correlation_id": "first", "traceparent": "00-a-b-00"}}') as id;
select t.settle(id) is null as done from b \g /dev/null
select is((select array_agg(distinct e.correlation_id || ' ' || e.traceparent) from booking.event e), array['first 00-a-b-00'],
    'what follows by itself is part of the request that began it');
select t.ask('cancel', id, '{"trace": {"correlation_id": "second", "traceparent": "00-c-d-00"}}') is null as done from b \g /dev/null
select is((select e.correlation_id || ' ' || e.traceparent from booking.event e order by version desc limit 1),
    'second 00-c-d-00', 'until another request changes it');
select t.settle(id) is null as done from b \g /dev/null
select is((select array_agg(e.correlation_id order by e.version) from booking.event e),
    array['first', 'first', 'first', 'first', 'second', 'second'], 'and then of that');
select is((select e.correlation_id from booking.event e join t.book(t.slot(t.listing('other'))) b on b = e.booking_id), null,
    'a request without one has none');

select * from finish();
rollback;
