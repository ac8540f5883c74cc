begin;
\i tests/sql/helpers.sql
select plan(8);

create temp table it as
with l as (select t.listing() as id)
select t.slot(id, 2, 30) as old, t.slot(id, 2, 31) as new, t.slot(id, 2, 32, '{"price_minor": 15000}') as dear,
       t.slot(id, 2, 33, '{"price_minor": 6000}') as cheap from l;
create temp table b as select t.book_paid(old, 1, 'anna') as id, t.book_paid(old, 1, 'berta') as other from it;
create function pg_temp.move(booking_id uuid, slot uuid) returns jsonb language sql as $$
    select t.command(t.actor(), jsonb_build_object('booking_id', booking_id, 'note', null, 'expected_version', null,
        'payment_method', 'pm_card_visa', 'lines', jsonb_build_array(t.line(slot))))
$$;
create function pg_temp.codes(variadic commands jsonb[]) returns text[] language sql as $$
    select array_agg(t.code(o)) from t.batch('booking.reschedule_bookings', variadic commands) o
$$;

select is(pg_temp.codes(pg_temp.move(id, new), pg_temp.move(id, new), pg_temp.move(id, cheap), pg_temp.move(id, old)),
    array['OK', 'INVALID_INPUT', 'OK', 'CHANGE_IN_PROGRESS'],
    'each from where the one before went; with money on its way back, not up again') from b, it;
select t.settle_all() is null as done \gset
select is(t.owed(id) || ', ' || t.payments(id), '6000, PARTIALLY_REFUNDED 10000/4000', 'what the last costs is owed')
from b;
select is(
    pg_temp.codes(pg_temp.move(id, dear), pg_temp.move(id, new), pg_temp.move(other, new), pg_temp.move(other, dear)),
    array['OK', 'CHANGE_IN_PROGRESS', 'OK', 'OK'], 'one that waits for its charge is waited for') from b, it;
select is(array[t.places(old), t.places(new), t.places(dear), t.places(cheap)],
    array['0 taken, 0 aside, 0 waiting of 2', '1 taken, 0 aside, 0 waiting of 2',
          '2 taken, 0 aside, 0 waiting of 2', '1 taken, 0 aside, 0 waiting of 2'], 'old and new are held') from it;
select t.settle_all() is null as done \gset
select is(t.payments(id), 'PARTIALLY_REFUNDED 10000/4000, CAPTURED 9000/0', 'the difference is paid') from b;
select is(t.payments(other), 'CAPTURED 10000/0, CAPTURED 5000/0', 'of the other too') from b;
select is(array[t.places(new), t.places(dear), t.places(cheap)],
    array['0 taken, 0 aside, 0 waiting of 2', '2 taken, 0 aside, 0 waiting of 2', '0 taken, 0 aside, 0 waiting of 2'],
    'and what they left is free') from it;
select t.expect_invariants();

select * from finish();
rollback;
