begin;
\i tests/sql/helpers.sql
select plan(5);

create function t.seats_of(booking uuid) returns integer[] language sql volatile as $$
    select l.seats from booking.line l where l.booking_id = booking
$$;

select t.listing() as listing \gset
select t.accepted(t.write('inventory.upsert_venue_plans', t.actor('ORGANISER'), '{
    "organiser_id": null, "code": "hall", "name": "Hall", "expected_version": null, "rows": [
        {"section": "stalls", "row": "A", "seats": ["1", "2"], "price_class": "best", "first_col": null},
        {"section": "stalls", "row": "A", "seats": ["3", "4"], "price_class": "good", "first_col": null},
        {"section": "circle", "row": "A", "seats": ["1", "2"], "price_class": "good", "first_col": null}]}')) as hall \gset
select t.seated_slot(:'listing', :'hall', 30, '{"class_prices": [
    {"price_class": "best", "price_minor": 15000, "currency": "EUR"}]}') as slot \gset

select is(t.seats_of(t.book_lines(t.line(:'slot', 1, '{"section": "circle"}'))), array[5], 'a section');
select is(t.seats_of(t.book_lines(t.line(:'slot', 1, '{"price_class": "good"}'))), array[3], 'a price class');
select is(t.code(t.try_book(t.line(:'slot', 1, '{"section": "moon"}'))), 'NOT_FOUND', 'no such section');
select is(t.code(t.try_book(t.line(:'slot', 2, '{"section": "circle"}'))), 'SOLD_OUT', 'too few are free there');

select t.book_lines(t.line(:'slot', 3, '{"seats": [1, 2, 4]}')) as mixed \gset
select results_eq(
    format('select l.line_no, l.price_class, l.quantity, l.seats, l.unit_price_minor from booking.line l
            where l.booking_id = %L order by 1', :'mixed'),
    $$values (1, 'best', 2, array[1, 2], 15000::bigint), (2, 'good', 1, array[4], 10000::bigint)$$,
    'seats of two price classes become two lines');

select * from finish();
rollback;
