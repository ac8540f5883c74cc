begin;
\i tests/sql/helpers.sql
select plan(3);

select t.listing() as listing, t.hall(1, 4) as hall \gset
select t.seated_slot(:'listing', :'hall') as slot \gset
select t.book(:'slot', 4) as booking \gset
select is(t.code(t.try_book(t.line(:'slot', 1, '{"seats": [2]}'), 'berta')), 'SEAT_TAKEN', 'held');
select t.lapse(:'booking');
select is(t.code(t.try_book(t.line(:'slot', 1, '{"seats": [2]}'), 'berta')), 'OK', 'past its end, the next buyer has it');
select is(t.places(:'slot'), '1 taken, 0 aside, 0 waiting of 4', 'and the other seats are free');

select * from finish();
rollback;
