begin;
\i tests/sql/helpers.sql
select plan(11);

create temp table it as select t.slot(t.listing(), 20) as slot, t.seated_slot(t.listing(), t.hall(2, 5), 31) as hall;
create temp table b as
select t.book_paid(slot, 4, 'anna') as parts, t.book_paid(slot, 2, 'berta') as whole,
       t.book_lines(jsonb_build_array(t.line(hall, 2, '{"seats": [1, 2]}'), t.line(hall, 2, '{"seats": [4, 5]}')),
                    'carl', '{"payment_method": "pm_card_visa"}') as seated
from it;
select t.settle_all() is null as done \gset
create function pg_temp.cancel(booking_id uuid, line_no integer default null,
    version integer default null) returns jsonb
language sql as $$
    select t.command(t.actor(), jsonb_build_object(
        'booking_id', booking_id, 'note', null, 'expected_version', version, 'lines', case when line_no is not null then
            jsonb_build_array(jsonb_build_object('line_no', line_no, 'quantity', 1, 'seats', null)) end))
$$;
create function pg_temp.codes(variadic commands jsonb[]) returns text[] language sql as $$
    select array_agg(t.code(o)) from t.batch('booking.cancel_bookings', variadic commands) o
$$;

-- Each command sees what those before it did: the line that is left has another number.
select is(
    pg_temp.codes(pg_temp.cancel(parts, 1), pg_temp.cancel(parts, 1), pg_temp.cancel(parts, 2), pg_temp.cancel(parts,
        3, 4)),
    array['OK', 'NOT_FOUND', 'OK', 'STALE_VERSION'], 'parts, one after another') from b;
select is(t.owed(parts), 20000::bigint, 'two of four are owed') from b;
select is(
    pg_temp.codes(pg_temp.cancel(whole, 1), pg_temp.cancel(whole), pg_temp.cancel(whole, 2), pg_temp.cancel(whole)),
    array['OK', 'OK', 'INVALID_STATE', 'INVALID_STATE'], 'a part, then the rest, then nothing is left') from b;
select is(t.events(whole), array['booking.created', 'payment.authorized', 'booking.confirmed', 'payment.captured',
    'booking.lines_cancelled', 'booking.cancelled'], 'once each') from b;
select is(t.places(slot), '2 taken, 0 aside, 0 waiting of 20', 'each place came back once') from it;
select is(pg_temp.codes(pg_temp.cancel(seated, 2), pg_temp.cancel(seated, 1)), array['OK', 'OK'],
    'of both lines of one slot') from b;
select is((select array_agg(s.seat_no order by s.seat_no) from inventory.seat s, b where s.booking_id = b.seated),
    array[1, 4],
    'a seat goes');
select is((select count(*) from saga.saga s where s.kind = 'refund'), 3::bigint, 'a refund for each booking');
select t.settle_all() is null as done \gset
select is(t.payments(parts) || ', ' || t.payments(whole) || ', ' || t.payments(seated),
    'PARTIALLY_REFUNDED 40000/20000, REFUNDED 20000/20000, PARTIALLY_REFUNDED 40000/20000', 'gives back all of it')
        from b;
select is(t.balance(slot, 'sold'), 2::bigint, 'and the books know') from it;
select t.expect_invariants();

select * from finish();
rollback;
