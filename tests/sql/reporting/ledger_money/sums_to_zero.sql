begin;
\i tests/sql/helpers.sql
select plan(2);

-- Half comes back: 100.00 were sold, 50.00 given up.
create temp table it as select t.slot(t.listing(fields => jsonb_build_object('rate_plans', jsonb_build_array(
    t.plan('half', '[[24, 50, 0]]'))))) as slot;
create temp table b as select t.book_paid(slot) as id from it;
do $$ begin perform t.book(slot, 2, 'berta') from it; perform t.cancel(id), t.settle(id) from b; end $$;

select results_eq(
    'select account, currency, balance_minor, debits_minor, credits_minor from reporting.ledger_money order by account',
    $$ values ('clearing', 'EUR', 5000::bigint, 10000::bigint, 5000::bigint), ('customer', 'EUR', 0, 15000, 15000),
              ('fees', 'EUR', -5000, 0, 5000), ('refunds', 'EUR', 5000, 5000, 0), ('revenue', 'EUR', -5000, 5000, 10000) $$,
    'what each account came to; a hold that was never paid is in none');
select is((select sum(balance_minor) from reporting.ledger_money), 0::numeric, 'they sum to zero');

select * from finish();
rollback;
