begin;
\i tests/sql/helpers.sql
select plan(6);

create temp table b as select t.book_paid(t.slot(t.listing())) as id;

select t.expect_seen('money_mismatch', 'update payment.payment set refunded_minor = 1', 'a refund that nobody granted');
select t.expect_seen('money_mismatch', 'update booking.booking set owed_minor = 1', 'a debt that nobody collects');
select t.expect_seen('money_mismatch', 'delete from payment.payment', 'a booking that owes and has no payment');
select t.expect_seen('money_mismatch', 'delete from payment.operation where kind = ''CAPTURE''', 'money that no operation took');
select t.expect_seen('money_mismatch', $$
    insert into payment.payment (organiser_id, id, booking_id, number, currency, amount_minor, captured_minor,
                                 refunded_minor, status)
    select p.organiser_id, md5('twin')::uuid, p.booking_id, 2, p.currency, p.amount_minor, p.captured_minor,
           p.captured_minor, 'REFUNDED'
    from payment.payment p
$$, 'a second payment that no operation moved');
select t.expect_invariants();

select * from finish();
rollback;
