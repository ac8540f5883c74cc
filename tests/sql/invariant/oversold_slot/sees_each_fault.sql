begin;
\i tests/sql/helpers.sql
select plan(8);

create temp table it as select t.slot(t.listing(), 5) as slot, t.seated_slot(t.listing(), t.hall(), 31) as hall;
do $$ begin
    perform t.book(slot, 2), t.book_lines(t.line(hall, 2, '{"seats": [1, 2]}')),
            t.book_lines(t.line(hall, 1, '{"seats": [3]}'), 'berta') from it;
end $$;

select t.expect_seen('oversold_slot', format('update inventory.slot set taken = 3 where id = %L', slot),
    'a counter above its lines') from it;
select t.expect_seen('oversold_slot', format('update booking.line set quantity = 6 where slot_id = %L', slot),
    'lines beyond the capacity') from it;
select t.expect_seen('oversold_slot', 'update inventory.seat set booking_id = null where seat_no = 1',
    'a line names a seat that its booking does not have');
select t.expect_seen('oversold_slot', format('update inventory.seat set booking_id = %L where seat_no = 1', t.booking_of('berta')),
    'a line names a seat that another booking has');
select t.expect_seen('oversold_slot', format('update inventory.seat set booking_id = %L where seat_no = 4', t.booking_of('berta')),
    'a booking has a seat that none of its lines names');
select t.expect_seen('oversold_slot', format('update booking.line set seats = array[1] where booking_id = %L', t.booking_of('berta')),
    'a seat in two lines');
select t.expect_seen('oversold_slot', 'delete from inventory.seat where seat_no = 10', 'a seat is gone');
select t.expect_invariants();

select * from finish();
rollback;
