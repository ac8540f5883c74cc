begin;
\i tests/sql/helpers.sql
select plan(8);

create temp table it as
with l as (select t.listing() as id)
select t.slot(id, 5, 30) as first, t.slot(id, 5, 31) as second from l;
create temp table b as
select t.book_lines(jsonb_build_array(t.line(first, 3), t.line(second, 2)),
    fields => '{"payment_method": "pm_card_visa"}') as id
from it;
select t.settle(id) is null as done from b \gset

select is(t.code(t.cancel(id, '[{"line_no": 1, "quantity": 2, "seats": null}]')), 'OK',
    'two of three places go') from b;
select is(
    (select array_agg(format('%s: %s %s %s-%s', l.line_no, l.quantity, l.active, l.since_version,
        l.until_version) order by l.line_no)
     from booking.line l join b on b.id = l.booking_id),
    array['1: 3 f 1-5', '2: 2 t 1-', '3: 1 t 5-'], 'the line ends, and what is left goes on as another');
select is((select e.data from booking.event e join b on b.id = e.booking_id order by e.version desc limit 1),
    '{"lines": [{"lineNo": 1, "quantity": 2}], "totalMinor": 30000, "owedMinor": 30000, "refundMinor": 20000}',
    'the event says it');
select is(t.places(first), '1 taken, 0 aside, 0 waiting of 5', 'the places are free') from it;
select is(t.status(id), 'CONFIRMED', 'the booking stays') from b;
select t.settle(id) is null as done from b \gset
select is(t.payments(id), 'PARTIALLY_REFUNDED 50000/20000', 'their price comes back') from b;
select is(t.code(t.cancel(id, '[{"line_no": 1, "quantity": 1, "seats": null}]')), 'NOT_FOUND',
    'a line that ended is gone') from b;
select t.expect_invariants();

select * from finish();
rollback;
