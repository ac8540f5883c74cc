begin;
\i tests/sql/helpers.sql
select plan(5);

select t.slot(t.listing(), 10, 30, '{"price_minor": 10000000000}') as slot \gset
select is(t.code(t.try_book(t.line(:'slot', 1, '{"quantity": 99999999999999999999}'))), 'INVALID_QUANTITY', 'huge');
select is(t.code(t.try_book(t.line(:'slot', -1))), 'INVALID_QUANTITY', 'negative');
select is(t.code(t.write('booking.create_bookings', t.actor(), t.order(
    t.line(:'slot', 1, '{"unit_price_minor": 99999999999999999999, "unit_price_currency": "EUR"}'),
    '{"customer_id": "anna"}'))), 'INVALID_PRICE', 'a huge price');
select is(t.code(t.try_book(t.line(:'slot', 1000))), 'INVALID_PRICE', 'a sum beyond what a booking may cost');
select is(t.code(t.try_book(t.line(:'slot', 1, '{"seats": [1]}'))), 'INVALID_INPUT', 'counted places are not seats');

select * from finish();
rollback;
