begin;
\i tests/sql/helpers.sql
select plan(6);

select t.listing() as listing \gset
select t.slot(:'listing', 10) as slot \gset
select t.book(:'slot', 4);

select is(t.code(t.write_slot(:'listing', 3)), 'CAPACITY_BELOW_SOLD', 'never below what is taken');
select is(t.code(t.write_slot(:'listing', 4)), 'OK', 'down to it');
select is(t.balance(:'slot', 'available'), 0::bigint, 'the ledger follows the cut');
update inventory.slot set waiting = 2 where id = :'slot';
select is(t.code(t.write_slot(:'listing', 7)), 'OK', 'it may be raised');
select is(t.places(:'slot'), '4 taken, 2 aside, 2 waiting of 7', 'the waiting list comes first');
select is(t.code(t.write_slot(:'listing', 5)), 'CAPACITY_BELOW_SOLD', 'nor below what is set aside');

select * from finish();
rollback;
