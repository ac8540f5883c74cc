begin;
\i tests/sql/helpers.sql
select plan(10);

create temp table it as select t.slot(t.listing(), 5) as slot, t.seated_slot(t.listing(), t.hall(), 31) as hall;
create temp table b as
select t.book(slot) as held, t.book_paid(slot, 2) as sold, t.book_lines(t.line(hall, 2)) as seated from it;

create function pg_temp.moved(slot uuid, debit text, credit text) returns text language sql as $$
    select format('insert into inventory.transfer (organiser_id, slot_id, debit, credit, quantity) values (%L, %L, %L, %L, 1)',
        t.organiser(), slot, debit, credit)
$$;
create function pg_temp.paid(booking uuid, debit text, credit text, currency text default 'EUR') returns text language sql as $$
    select format('insert into payment.transfer (organiser_id, booking_id, debit, credit, currency, amount_minor)
                   values (%L, %L, %L, %L, %L, 1)', t.organiser(), booking, debit, credit, currency)
$$;

select t.expect_seen('unbalanced_ledger', pg_temp.moved(slot, 'available', 'capacity'), 'places out of nothing') from it;
select t.expect_seen('unbalanced_ledger', pg_temp.moved(slot, 'sold', 'held'), 'a hold that was never confirmed') from it;
select t.expect_seen('unbalanced_ledger', pg_temp.moved(hall, 'aside', 'available'), 'seats set aside that are not') from it;
select t.expect_seen('unbalanced_ledger', format('delete from inventory.transfer where slot_id = %L and debit = ''held''', hall),
    'a hold that was not written down') from it;
select t.expect_seen('unbalanced_ledger', pg_temp.paid(sold, 'customer', 'revenue'), 'a customer who still owes') from b;
select t.expect_seen('unbalanced_ledger', pg_temp.paid(sold, 'clearing', 'revenue'), 'money that no payment has') from b;
select t.expect_seen('unbalanced_ledger', pg_temp.paid(sold, 'refunds', 'fees', 'USD'), 'another currency') from b;
select t.expect_seen('unbalanced_ledger', format('delete from payment.transfer where booking_id = %L', sold),
    'a sale that was not written down') from b;
select is((select sum(balance) from reporting.ledger_capacity), 0::numeric, 'the accounts of all slots sum to zero');
select t.expect_invariants();

select * from finish();
rollback;
