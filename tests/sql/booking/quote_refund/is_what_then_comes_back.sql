begin;
\i tests/sql/helpers.sql
select plan(9);

-- 100 percent until 48 hours before, 50 percent less 5.00 until 24, then nothing; 99.99 a place.
create temp table it as
select t.slot(t.listing('show', jsonb_build_object('rate_plans', jsonb_build_array(
    t.plan('flexible', '[[48, 100, 0], [24, 50, 500]]')))), 50, fields => '{"price_minor": 9999}') as slot;
create temp table b as
select away, t.book_paid(slot, 3) as id from it, unnest(array['49 hours', '47 hours', '25 hours',
    '23 hours']::interval[]) away;
create temp table quoted (away interval, quote bigint);
do $$ declare step record; begin
    for step in select * from b, it order by away desc loop
        perform t.start_in(step.slot, step.away);
        insert into quoted
        select step.away, (booking.quote_refund(jsonb_build_object('actor', t.actor(), 'id',
            step.id)) ->> 'refund_minor')::bigint;
        perform t.accepted(t.cancel(step.id)), t.settle(step.id);
    end loop;
end $$;

select is(q.quote, expected, format('%s before', q.away))
from quoted q join (values ('49 hours'::interval, 29997::bigint), ('47 hours', 13500), ('25 hours', 13500),
    ('23 hours', 0))
    e (away, expected) on e.away = q.away;
select is((select sum(p.refunded_minor) from payment.payment p where p.booking_id = b.id), q.quote::numeric,
    format('and so much came back %s before', q.away))
from quoted q join b on b.away = q.away;
select t.expect_invariants();

select * from finish();
rollback;
