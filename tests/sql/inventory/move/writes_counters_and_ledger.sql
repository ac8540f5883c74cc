begin;
\i tests/sql/helpers.sql
select plan(5);

select t.slot(t.listing(), 10) as slot \gset

select is(t.balance(:'slot', 'available'), 10::bigint, 'a new slot''s places are available');
select inventory.move(array[null::uuid], array[:'slot'::uuid], array[3], 'available', 'aside');
select is(t.places(:'slot'), '0 taken, 3 aside, 0 waiting of 10', 'set aside');
select inventory.move(array[null, null]::uuid[], array[:'slot', :'slot']::uuid[], array[2, 4], 'available', 'held');
select is(t.places(:'slot'), '6 taken, 3 aside, 0 waiting of 10', 'held');
select throws_ok(
    format('select inventory.move(array[null::uuid], array[%L::uuid], array[2], ''available'', ''held'')', :'slot'),
    '23514', null, 'never more than there is');
select inventory.move(array[null::uuid], array[:'slot'::uuid], array[6], 'held', 'sold');
select is(array[t.balance(:'slot', 'capacity'), t.balance(:'slot', 'available'), t.balance(:'slot', 'aside'),
                t.balance(:'slot', 'held'), t.balance(:'slot', 'sold')],
    array[-10, 1, 3, 0, 6]::bigint[], 'the ledger balances');

select * from finish();
rollback;
