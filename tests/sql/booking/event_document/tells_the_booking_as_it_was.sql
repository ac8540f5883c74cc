begin;
\i tests/sql/helpers.sql
select plan(14);

create temp table b as select t.book_paid(t.slot(t.listing())) as id;
select t.cancel(id) is null as done from b \g /dev/null
select t.settle(id) is null as done from b \g /dev/null
create temp table e as
select e.sequence, e.document as d from b, booking.events_to_publish(array[b.id], array[0], 20) e;

select is((select array_agg(sequence order by sequence) from e), array[1, 2, 3, 4, 5, 6], 'all of them, in order');
select is((select array_agg(d ->> 'type' order by sequence) from e), t.events((select id from b)), 'by their types');
select is((select array_agg(d #>> '{booking,status}' order by sequence) from e),
    array['PENDING', 'PENDING', 'CONFIRMED', 'CONFIRMED', 'CANCELLED', 'CANCELLED'], 'each with the booking as it was then');
select is((select array_agg(d #>> '{booking,payments,0,status}' order by sequence) from e),
    array['AUTHORIZING', 'AUTHORIZED', 'CAPTURING', 'CAPTURED', 'CAPTURED', 'REFUNDED'], 'and its payment');
select is((select d #> '{change,amount}' from e where d ->> 'type' = 'payment.captured'),
    '{"amount_minor": 10000, "currency": "EUR"}', 'the money that moved');
select is((select d #> '{booking,payments,0,refunded}' from e where sequence = 6),
    '{"amount_minor": 10000, "currency": "EUR"}', 'and where it is');
select is((select d ->> 'id' from e where sequence = 3), (select id || '.3' from b), 'its id is the booking''s and its number');
select is((select d #>> '{actor,role}' from e where sequence = 1), 'CUSTOMER', 'who did it');
select is((select d #>> '{booking,lines,0,unit_price,amount_minor}' from e where sequence = 1), '10000', 'what it costs');
select isnt((select d #>> '{booking,lines,0,ends_at}' from e where sequence = 1), null, 'until when');
select is((select d #> '{booking,offer}' from e where sequence = 1), 'false', 'not from the waiting list');

-- Nothing that a person wrote, and no contact data.
create temp table n as select t.book(t.slot(t.listing('other')), fields => '{"note": "my back hurts"}') as id;
select t.cancel(id) is null as done from n \g /dev/null
update booking.booking set note = 'my back hurts';
select is_empty($$ select from b, n, booking.events_to_publish(array[b.id, n.id], array[0, 0], 20) e
    where e.document::text like '%hurts%' $$, 'no free text');
select is((select e.document from n, booking.events_to_publish(array[n.id], array[0], 1) e),
    (select e.document from n, booking.events_to_publish(array[n.id], array[0], 1) e), 'the same however often it is told');
select is((select count(*) from n, booking.events_to_publish(array[n.id], array[2], 20) e), 0::bigint, 'and nothing behind the last');

select * from finish();
rollback;
