begin;
\i tests/sql/helpers.sql
select plan(11);

select t.listing() as listing, t.hall() as hall, t.hall(3, 3, 'annex') as annex \gset
select t.slot(:'listing', 10) as slot, t.seated_slot(:'listing', :'hall', 31) as seated \gset

select t.write_slot(:'listing', 10, 30, '{"expected_version": 7}') as stale \gset
select is(t.code(:'stale'), 'STALE_VERSION', 'a version that is not the present one');
select is(:'stale'::jsonb -> 'ids', jsonb_build_array(:'slot'), 'which slots there are is told with it');
select is(t.code(t.write_slot(:'listing', null, 31, jsonb_build_object('venue_plan_id', :'annex'))), 'INVALID_INPUT',
    'the seats of a slot stay');
select is(t.code(t.write_slot(:'listing', 10, 31)), 'INVALID_INPUT', 'and can''t become counted places');
select is(t.code(t.write_slot(:'listing', 10, 32, jsonb_build_object('venue_plan_id', :'hall'))), 'INVALID_INPUT',
    'a capacity or seats, not both');
select is(t.code(t.write_slot(:'listing', null, 32, jsonb_build_object('venue_plan_id', gen_random_uuid()))),
    'NOT_FOUND', 'no such plan');
select is(t.code(t.write_slot(:'listing', null, 32, jsonb_build_object('venue_plan_id', :'hall') ||
    '{"class_prices": [{"price_class": "moon", "price_minor": 1, "currency": "EUR"}]}')), 'NOT_FOUND', 'no such class');
select is(t.code(t.write_slot(:'listing', 10, 32, '{"price_minor": 99999999999999999999}')), 'INVALID_PRICE',
    'a price beyond all numbers');
select is(t.code(t.write_slot(:'listing', 10, 32, '{"capacity": 99999999999999999999}')), 'INVALID_QUANTITY',
    'a capacity beyond all numbers');
select is(t.code(t.write_slot(:'listing', 10, 32,
    '{"sale_opens_at": "2030-01-02T00:00Z", "sale_closes_at": "2030-01-01T00:00Z"}')), 'INVALID_INPUT',
    'sale opens before it closes');
update inventory.slot set state = 'CANCELLED' where id = :'slot';
select is(t.code(t.write_slot(:'listing', 12)), 'INVALID_STATE', 'a cancelled slot is not changed');

select * from finish();
rollback;
