begin;
\i tests/sql/helpers.sql
select plan(2);

select t.listing() as listing \gset
select t.accepted(t.write('inventory.upsert_venue_plans', t.actor('ORGANISER'), '{
    "organiser_id": null, "code": "hall", "name": "Hall", "expected_version": null, "rows": [
        {"section": "stalls", "row": "A", "seats": ["1", "2", "3"], "price_class": "good", "first_col": 1},
        {"section": "stalls", "row": "A", "seats": ["4", "5"], "price_class": "good", "first_col": 6},
        {"section": "stalls", "row": "B", "seats": ["1", "2", "3", "4"], "price_class": "good", "first_col": 1}]}')) as hall
\gset
select t.seated_slot(:'listing', :'hall') as slot \gset

select is(inventory.best_seats(:'slot', 2, null, null, '{}'), array[2, 3], 'nearest to the middle of the whole row');
select is(inventory.best_seats(:'slot', 4, null, null, '{}'), array[6, 7, 8, 9], 'nobody sits across an aisle');

select * from finish();
rollback;
