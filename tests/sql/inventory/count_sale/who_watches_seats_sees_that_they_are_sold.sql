begin;
\i tests/sql/helpers.sql
select plan(4);

select t.listing() as listing, t.hall(1, 4) as hall \gset
select t.seated_slot(:'listing', :'hall', 31) as slot, t.slot(:'listing', 4) as counted \gset
select t.book_lines(jsonb_build_array(t.line(:'slot', 2, '{"seats": [1, 2]}'), t.line(:'counted', 1))) as booking \gset
select t.book_lines(jsonb_build_array(t.line(:'slot', 1, '{"seats": [3]}'))) as other \gset
create temporary view seats as
    select string_agg(format('%s:%s', s.seat_no, s.changes), ' ' order by s.seat_no) as seats
    from inventory.seat s where s.slot_id = :'slot';

select is((select seats from seats), '1:1 2:1 3:1 4:0', 'held');
select set_config('holdfast.touched', '', true);
select inventory.move(array[:'booking', :'booking']::uuid[], array[:'slot', :'counted']::uuid[], array[2, 1], 'held', 'sold');
select is((select seats from seats), '1:2 2:2 3:1 4:0', 'sold: a change of its own seats, and of no other');
select is(current_setting('holdfast.touched'), 's' || :'slot', 'and its caller is told');
select set_config('holdfast.touched', '', true);
select inventory.move(array[:'booking'::uuid], array[:'counted'::uuid], array[1], 'held', 'sold');
select is(current_setting('holdfast.touched'), '', 'without seats nothing changes for who watches');

select * from finish();
rollback;
