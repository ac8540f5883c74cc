begin;
\i tests/sql/helpers.sql
select plan(2);

select t.slot(t.listing(), 10, 30, '{"price_minor": 0}') as slot \gset
select is(t.status(t.book(:'slot', 2)), 'CONFIRMED', 'nothing is left to pay');
select is(array[t.balance(:'slot', 'held'), t.balance(:'slot', 'sold')], array[0, 2]::bigint[], 'its places are sold');

select * from finish();
rollback;
