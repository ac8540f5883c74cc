begin;
\i tests/sql/helpers.sql
select plan(4);

create temp table b as select t.book_paid(t.slot(t.listing()), 2) as id;

select is(t.code(t.cancel(id, '[{"line_no": 1, "quantity": 2, "seats": null}]')), 'OK', 'every place is named') from b;
select is(t.status(id), 'CANCELLED CUSTOMER', 'that cancels the booking') from b;
select t.settle(id) is null as done from b \gset
select is(t.payments(id), 'REFUNDED 20000/20000', 'and gives all back') from b;
select t.expect_invariants();

select * from finish();
rollback;
