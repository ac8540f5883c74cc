begin;
\i tests/sql/helpers.sql
select plan(6);

create temp table it as select t.seated_slot(t.listing(), t.hall()) as slot;
create temp table b as
select t.book_lines(t.line(slot, 4, '{"seats": [1, 2, 3, 4]}'),
    fields => '{"payment_method": "pm_card_visa"}') as id from it;
select t.settle(id) is null as done from b \gset

select is(t.code(t.cancel(id, '[{"line_no": 1, "quantity": null, "seats": [2]}]')), 'OK', 'a chosen seat') from b;
select is(t.code(t.cancel(id, '[{"line_no": 2, "quantity": 1, "seats": null}]')), 'OK', 'any seat') from b;
select is((select l.seats from booking.line l join b on b.id = l.booking_id where l.active), array[1, 3],
    'the last went');
select is((select array_agg(s.seat_no order by s.seat_no) from inventory.seat s join b on b.id = s.booking_id),
    array[1, 3],
    'the seats are free');
select t.settle(id) is null as done from b \gset
select is(t.payments(id), 'PARTIALLY_REFUNDED 40000/20000', 'their price comes back') from b;
select t.expect_invariants();

select * from finish();
rollback;
