begin;
\i tests/sql/helpers.sql
select plan(3);

select t.listing() as listing, t.hall(1, 4) as hall \gset
select t.seated_slot(:'listing', :'hall') as slot \gset
select t.accepted(t.try_book(t.line(:'slot', 1, '{"seats": [1]}'))) as held \gset
select t.accepted(t.try_book(t.line(:'slot', 1, '{"seats": [2]}'))) as lapsed \gset
select t.lapse(:'lapsed');
update inventory.seat set set_aside = true where slot_id = :'slot' and seat_no = 3;

select is(array(select s #>> '{row,status}' from inventory.list_seats(jsonb_build_object(
        'slot_ids', jsonb_build_array(:'slot'), 'first', 10)) s), array['HELD', 'FREE', 'SET_ASIDE', 'FREE'],
    'a hold past its end counts no longer');
select is((select count(*) from inventory.list_seats(jsonb_build_object('slot_ids', jsonb_build_array(:'slot'), 'first', 2, 'after', '1'))),
    3::bigint, 'a page, and one row more');
select is(inventory.slot_document(s) -> 'available', '2', 'the slot counts the same')
from inventory.slot s where s.id = :'slot';

select * from finish();
rollback;
