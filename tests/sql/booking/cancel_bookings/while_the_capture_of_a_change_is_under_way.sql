begin;
\i tests/sql/helpers.sql
select plan(9);

create temp table it as
with l as (
    select t.listing('show', jsonb_build_object(
        'rate_plans', jsonb_build_array(t.plan('flexible', '[[24, 50, 0]]')))) as id
)
select t.slot(id, 5, 30) as slot, t.slot(id, 5, 31, '{"price_minor": 15000}') as dear from l;
create temp table b as
select t.book_paid(slot, 1, 'anna') as taken, t.book_paid(slot, 1, 'berta') as refused,
       t.book_paid(slot, 1, 'carl') as doubtful
from it;
select t.accepted(t.ask('reschedule', id, jsonb_build_object(
    'payment_method', 'pm_card_visa', 'lines', jsonb_build_array(t.line(dear))))) = id as done
from it, b cross join lateral unnest(array[taken, refused, doubtful]) id \g /dev/null
-- Authorized, and so the change is done; the capture is under way when the customer cancels.
select t.play(id, 'DONE') is null as done
from b cross join lateral unnest(array[taken, refused, doubtful]) id \g /dev/null
create temp table capture as
select id, t.claim(id) as step from b cross join lateral unnest(array[taken, refused, doubtful]) id;

select is(t.code(t.cancel(id)), 'OK', 'is cancelled') from capture;
select is(t.owed(taken), 7500::bigint, 'half is owed') from b;
select t.record(step, case id when refused then 'DECLINED:no' when doubtful then 'UNKNOWN:u' else 'DONE' end) is null
    as done
from capture, b \g /dev/null
select t.settle_all() is null as done \gset
select is(t.payments(taken), 'PARTIALLY_REFUNDED 10000/2500, REFUNDED 5000/5000',
    'captured: the last charge comes back first') from b;
select is(t.payments(refused), 'PARTIALLY_REFUNDED 10000/2500, VOIDED 0/0', 'refused: it is let go of') from b;
select is(t.payments(doubtful), t.payments(taken), 'nobody knew for a while') from b;
select is(array[t.places(slot), t.places(dear)],
    array['0 taken, 0 aside, 0 waiting of 5', '0 taken, 0 aside, 0 waiting of 5'], 'each place came back once') from it;
select t.expect_invariants();

select * from finish();
rollback;
