begin;
\i tests/sql/helpers.sql
select plan(13);

select t.listing(fields => '{"limit_per_slot": 4}') as listing \gset
select t.slot(:'listing', 5) as slot \gset
select t.slot(:'listing', 3, day => 31) as small \gset
select t.slot(:'listing', 5, day => 400) as far \gset
select t.slot(t.listing('unlimited'), 20) as unlimited \gset
select t.book(:'slot', 4, 'anna'), t.book(:'small', 3, 'anna');
select t.book(:'unlimited', 20, 'anna');

select is(t.code(t.join(:'slot', 1)), 'PLACES_FREE', 'enough are free');
select is(t.code(t.join(:'slot', 0)), 'INVALID_QUANTITY', 'no place');
select is(t.code(t.join(:'slot', 5)), 'INVALID_QUANTITY', 'beyond the limit of the slot');
select is(t.code(t.join(:'small', 4)), 'INVALID_QUANTITY', 'beyond its capacity');
select is(t.code(t.join(:'unlimited', 11)), 'INVALID_QUANTITY', 'more than ten where nothing limits it');
select is(t.code(t.join(:'unlimited', 10)), 'OK', 'ten');
select is(t.code(t.join(:'far', 1)), 'SALES_CLOSED', 'not on sale yet');
select is(t.code(t.join(md5('nothing')::uuid, 1)), 'NOT_FOUND', 'no such slot');
select is(t.code(t.join(:'slot', 2, fields => '{"rate_plan": "none"}')), 'NOT_FOUND', 'no such rate plan');
select is(t.code(t.join(:'slot', 2, fields => '{"customer_id": "carl"}')), 'NOT_ALLOWED', 'for somebody else');
select t.start_in(:'slot', interval '-1 minute');
select is(t.code(t.join(:'slot', 2)), 'SALES_CLOSED', 'it has begun');
update inventory.slot set state = 'CANCELLED' where id = :'small';
select is(t.code(t.join(:'small', 2)), 'SALES_CLOSED', 'it was cancelled');
select is((select sum(waiting) from inventory.slot), 10::bigint, 'nobody else waits');

select * from finish();
rollback;
