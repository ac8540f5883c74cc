begin;
\i tests/sql/helpers.sql
select plan(9);

-- Three quarters come back, less 10.00 for each place.
create temp table it as
select t.slot(t.listing('show', jsonb_build_object('rate_plans', jsonb_build_array(t.plan('flexible',
    '[[24, 75, 1000]]')))), 5)
    as slot;
create temp table b as select t.book_paid(slot, 3) as id from it;
create temp table quoted as
select (booking.quote_refund(jsonb_build_object('actor', t.actor(), 'id',
    id)) ->> 'refund_minor')::bigint as minor from b;

select is(minor, 3 * (7500 - 1000)::bigint, 'the quote') from quoted;
select is(t.code(t.cancel(id)), 'OK', 'is cancelled') from b;
select is(t.owed(id), 30000 - minor, 'the rest is still owed') from b, quoted;
select lives_ok(format('select t.settle(%L)', id), 'the refund ends') from b;
select is(t.payments(id), 'PARTIALLY_REFUNDED 30000/19500', 'what was quoted came back') from b;
select is(array[t.money(id, 'customer'), t.money(id, 'clearing'), t.money(id, 'revenue'), t.money(id, 'refunds'),
    t.money(id, 'fees')],
    array[0, 10500, -30000 + 10500, 19500, -10500]::bigint[], 'and so say the books') from b;
select is(t.places(slot), '0 taken, 0 aside, 0 waiting of 5', 'the places are free') from it;
select is(t.balance(slot, 'sold'), 0::bigint, 'in the books too') from it;
select t.expect_invariants();

select * from finish();
rollback;
