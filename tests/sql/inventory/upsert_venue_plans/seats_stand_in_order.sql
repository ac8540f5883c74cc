begin;
\i tests/sql/helpers.sql
select plan(4);

select t.accepted(t.write('inventory.upsert_venue_plans', t.actor('ORGANISER'), '{
    "organiser_id": null, "code": "hall", "name": "Hall", "expected_version": 0, "rows": [
        {"section": "stalls", "row": "A", "seats": ["1", "2"], "price_class": "best", "first_col": 3},
        {"section": "stalls", "row": "B", "seats": ["1"], "price_class": "good", "first_col": null},
        {"section": "stalls", "row": "A", "seats": ["3"], "price_class": "good", "first_col": null}]}')) as hall \gset
select results_eq(
    format('select v.seat_no, v.row_label, v.label, v.row_rank, v.col, v.price_class from inventory.venue_seat v
            where v.plan_id = %L order by 1', :'hall'),
    $$values (1, 'A', '1', 1, 3, 'best'), (2, 'A', '2', 1, 4, 'best'), (3, 'A', '3', 1, 5, 'good'),
             (4, 'B', '1', 2, 1, 'good')$$,
    'a row may be given in parts, and goes on where it stopped');
select is((inventory.view_venue_plans(jsonb_build_object('actor', '{"role": "OPERATOR"}'::jsonb, 'ids', jsonb_build_array(:'hall')))) -> 'seats', '4', 'the plan counts them');
select is(t.code(t.write('inventory.upsert_venue_plans', t.actor('ORGANISER'), '{
    "organiser_id": null, "code": "hall", "name": "Hall", "expected_version": null, "rows": [
        {"section": "stalls", "row": "A", "seats": ["1", "1"], "price_class": "best", "first_col": null}]}')),
    'INVALID_INPUT', 'a seat that is there twice');
select is(t.code(t.write('inventory.upsert_venue_plans', t.actor('ORGANISER'), '{
    "organiser_id": null, "code": "hall", "name": "Hall", "expected_version": 9, "rows": [
        {"section": "stalls", "row": "A", "seats": ["1"], "price_class": "best", "first_col": null}]}')),
    'STALE_VERSION', 'a version that is not the present one');

select * from finish();
rollback;
