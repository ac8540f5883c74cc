begin;
\i tests/sql/helpers.sql
select plan(5);

create temp table b as select t.book_paid(t.slot(t.listing()), 3) as id;
create function pg_temp.refund(booking_id uuid, amount bigint,
    version integer default null) returns jsonb language sql as $$
    select t.command(t.actor(), jsonb_build_object('booking_id', booking_id, 'note', null, 'expected_version', version,
        'amount_minor', amount, 'currency', null))
$$;

select is((select array_agg(t.code(o)) from t.batch('booking.refund_bookings', pg_temp.refund(id, 10000),
    pg_temp.refund(id, 25000),
        pg_temp.refund(id, 5000, 4), pg_temp.refund(id, null), pg_temp.refund(id, null)) o),
    array['OK', 'AMOUNT_TOO_LARGE', 'STALE_VERSION', 'OK', 'AMOUNT_TOO_LARGE'], 'each of what the others have left')
        from b;
select is((select count(*) from saga.saga s where s.kind = 'refund'), 1::bigint, 'one saga pays');
select t.settle_all() is null as done \gset
select is(t.payments(id), 'REFUNDED 30000/30000', 'all of it') from b;
select is(t.status(id) || ' ' || t.money(id, 'customer'), 'CONFIRMED 0', 'and the booking stays') from b;
select t.expect_invariants();

select * from finish();
rollback;
