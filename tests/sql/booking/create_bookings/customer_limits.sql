begin;
\i tests/sql/helpers.sql
select plan(7);

select t.listing('show', '{"limit_per_customer": 5, "limit_per_slot": 3}') as listing \gset
select t.slot(:'listing', 20, 30) as slot, t.slot(:'listing', 20, 31) as other \gset

select is(t.code(t.try_book(t.line(:'slot', 4))), 'LIMIT_PER_CUSTOMER', 'more than the limit of a slot');
select is((select array_agg(t.code(o)) from t.batch('booking.create_bookings',
        t.command(t.actor('CUSTOMER', 'anna'), t.order(t.line(:'slot', 2))),
        t.command(t.actor('CUSTOMER', 'anna'), t.order(t.line(:'slot', 2))),
        t.command(t.actor('CUSTOMER', 'berta'), t.order(t.line(:'slot', 2)))) o),
    array['OK', 'LIMIT_PER_CUSTOMER', 'OK'], 'what earlier commands of a batch were given counts');
select is(t.try_book(jsonb_build_array(t.line(:'slot', 1), t.line(:'other', 3))) #> '{refusal,path}',
    '["lines", "0", "quantity"]', 'the limit of the listing counts all slots');
select t.book(:'other', 3) as booking \gset
select is(t.code(t.try_book(t.line(:'slot', 1))), 'LIMIT_PER_CUSTOMER', 'the limit of the listing');
select is(t.code(t.write('booking.create_bookings', t.actor('ORGANISER'), t.order(t.line(:'slot', 1),
    '{"customer_id": "anna"}'))), 'OK', 'an organiser may book beyond it');
select t.lapse(:'booking');
select is(t.code(t.try_book(t.line(:'other', 2), 'anna')), 'OK', 'a hold past its end counts no longer');
select is(t.code(t.try_book(t.line(:'slot', 3), 'carla')), 'OK', 'each customer by itself');

select * from finish();
rollback;
