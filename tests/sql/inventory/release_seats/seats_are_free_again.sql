begin;
\i tests/sql/helpers.sql
select plan(4);

select t.listing() as listing, t.hall(1, 4) as hall \gset
select t.seated_slot(:'listing', :'hall', 30) as slot, t.seated_slot(:'listing', :'hall', 31) as other \gset
select t.book_lines(jsonb_build_array(t.line(:'slot', 2, '{"seats": [1, 2]}'), t.line(:'other', 2, '{"seats": [1, 2]}')))
    as booking \gset

select inventory.release_seats(:'booking', array[2], :'slot');
select is(t.places(:'slot'), '1 taken, 0 aside, 0 waiting of 4', 'one seat of one slot');
select is(t.places(:'other'), '2 taken, 0 aside, 0 waiting of 4', 'a seat of the same number in another slot stays');
update inventory.slot set waiting = 1 where id = :'other';
select inventory.release_seats(:'booking');
select is(t.places(:'other'), '0 taken, 1 aside, 1 waiting of 4', 'as many as are waited for are set aside');
select is(t.places(:'slot'), '0 taken, 0 aside, 0 waiting of 4', 'without numbers, all seats');

select * from finish();
rollback;
