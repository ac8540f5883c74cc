begin;
\i tests/sql/helpers.sql
select plan(4);

select t.slot(t.listing(), 4) as slot \gset
select inventory.move(array[null::uuid], array[:'slot'::uuid], array[4], 'available', 'held');
update inventory.slot set waiting = 3 where id = :'slot';

select inventory.move(array[null, null]::uuid[], array[:'slot', :'slot']::uuid[], array[1, 1], 'held', 'available');
select is(t.places(:'slot'), '2 taken, 2 aside, 3 waiting of 4', 'what comes back is set aside');
select inventory.move(array[null::uuid], array[:'slot'::uuid], array[2], 'held', 'available');
select is(t.places(:'slot'), '0 taken, 3 aside, 3 waiting of 4', 'no more than is asked for');
select is(array[t.balance(:'slot', 'available'), t.balance(:'slot', 'aside')], array[1, 3]::bigint[], 'in the ledger too');
select is((select count(*) from pgmq.q_waitlist where message ->> 'slot_id' = :'slot'), 2::bigint,
    'and those who make the offers are woken');

select * from finish();
rollback;
