begin;
\i tests/sql/helpers.sql
select plan(4);

select t.listing() as listing, t.hall(1, 4) as hall \gset
select t.seated_slot(:'listing', :'hall') as slot, t.slot(:'listing', 1, 31) as counted \gset

select is(t.code(t.try_book(jsonb_build_array(t.line(:'slot', 3), t.line(:'counted', 2)))), 'SOLD_OUT',
    'a booking of seats and counted places is all or nothing');
select is(t.places(:'slot'), '0 taken, 0 aside, 0 waiting of 4', 'its seats are free again');
select is((select array_agg(t.code(o)) from t.batch('booking.create_bookings',
        t.command(t.actor('CUSTOMER', 'anna'), t.order(t.line(:'slot', 3))),
        t.command(t.actor('CUSTOMER', 'berta'), t.order(t.line(:'slot', 2))),
        t.command(t.actor('CUSTOMER', 'carla'), t.order(t.line(:'slot', 1, '{"seats": [1]}'))),
        t.command(t.actor('CUSTOMER', 'dora'), t.order(t.line(:'slot', 1)))) o),
    array['OK', 'SOLD_OUT', 'SEAT_TAKEN', 'OK'], 'a batch is worked in order, and a refused one takes nothing');
select is(array[t.balance(:'slot', 'available'), t.balance(:'slot', 'held')], array[0, 4]::bigint[],
    'the ledger says the same');

select * from finish();
rollback;
