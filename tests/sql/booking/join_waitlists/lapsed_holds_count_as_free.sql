begin;
\i tests/sql/helpers.sql
select plan(2);

select t.slot(t.listing(), 2) as slot \gset
select t.book(:'slot', 2) as booking \gset
select t.lapse(:'booking');

select is(t.code(t.join(:'slot', 2)), 'PLACES_FREE', 'a hold that is over is in nobody''s way');
select is(t.code(t.try_book(t.line(:'slot', 2), 'berta')), 'OK', 'the places can be booked');

select * from finish();
rollback;
