begin;
\i tests/sql/helpers.sql
select plan(3);

select t.listing() as listing, t.hall(2, 4) as hall \gset
select t.seated_slot(:'listing', :'hall') as slot \gset

select is(inventory.best_seats(:'slot', 2, null, null, '{}'), array[2, 3], 'the middle');
select is(inventory.best_seats(:'slot', 2, null, null, '{2}'), array[3, 4], 'what can''t be had is passed over');
select is(inventory.best_seats(:'slot', 9, null, null, '{}'), null, 'there are not so many');

select * from finish();
rollback;
