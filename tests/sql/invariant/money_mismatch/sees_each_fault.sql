begin;
\i tests/sql/helpers.sql
select plan(6);

create temp table b as select t.book_paid(t.slot(t.listing())) as id;

select t.expect_seen('money_mismatch', 'update payment.payment set refunded_minor = 1', 'a refund that nobody granted');
select t.expect_seen('money_mismatch', 'update booking.booking set owed_minor = 1', 'a debt that nobody collects');
select t.expect_seen('money_mismatch', 'delete from payment.payment', 'a booking that owes and has no payment');
select t.expect_seen('money_mismatch', 'delete from simulator.ledger where operation = ''CAPTURE''', 'money that the gateway knows nothing of');
select t.expect_seen('money_mismatch', $$
    with twin as (
        insert into payment.payment
        select p.organiser_id, md5('twin')::uuid, p.booking_id, 2, p.currency, p.amount_minor, p.captured_minor,
               p.captured_minor, 'REFUNDED', p.method, 1, 'elsewhere', null, 1, now()
        from payment.payment p returning 1
    )
    insert into simulator.ledger (key, operation, amount_minor, currency, payment_method, "authorization", reference, tries)
    select 'stray', 'CAPTURE', 1, 'EUR', 'pm_card_visa', 'elsewhere', 'sim_stray', 1 from twin
$$, 'a second payment that the gateway sees otherwise');
select t.expect_invariants();

select * from finish();
rollback;
