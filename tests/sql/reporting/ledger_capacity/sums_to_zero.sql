begin;
\i tests/sql/helpers.sql
select plan(2);

create temp table it as select t.slot(t.listing(), 5) as slot;
do $$ begin
    perform t.book(slot, 2), t.book_paid(slot, 1) from it;
end $$;

select results_eq(
    'select account, balance from reporting.ledger_capacity order by account',
    $$ values ('available', 2::bigint), ('capacity', -5), ('held', 2), ('sold', 1) $$, 'where the places are');
select is((select sum(balance) from reporting.ledger_capacity), 0::numeric, 'they sum to zero');

select * from finish();
rollback;
