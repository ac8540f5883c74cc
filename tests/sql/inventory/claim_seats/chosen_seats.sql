begin;
\i tests/sql/helpers.sql
select plan(6);

select t.listing() as listing, t.hall(2, 5) as hall \gset
select t.seated_slot(:'listing', :'hall') as slot \gset

select t.accepted(t.try_book(t.line(:'slot', 2, '{"seats": [2, 9]}'))) as booking \gset
select is((select array_agg(s.seat_no order by s.seat_no) from inventory.seat s where s.booking_id = :'booking'),
    array[2, 9], 'the chosen seats are the booking''s');

select t.try_book(t.line(:'slot', 2, '{"seats": [3, 9]}'), 'berta') as refused \gset
select is(:'refused'::jsonb #>> '{refusal,code}', 'SEAT_TAKEN', 'a seat that is held can''t be chosen');
select is(:'refused'::jsonb #> '{refusal,path}', '["lines", "0", "seats", "1"]', 'the refusal points at it');
select is((select s.booking_id from inventory.seat s where s.slot_id = :'slot' and s.seat_no = 3), null,
    'the other seat of the refused booking stays free');
select is(t.code(t.try_book(t.line(:'slot', 1, '{"seats": [11]}'))), 'NOT_FOUND', 'a seat that is not there');
select is(t.code(t.try_book(t.line(:'slot', 2, '{"seats": [4, 4]}'))), 'INVALID_INPUT', 'a seat named twice');

select * from finish();
rollback;
