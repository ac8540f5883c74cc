begin;
\i tests/sql/helpers.sql
select plan(6);

-- 1.01 at 50 percent is 0.505: rounded up for each place, so that the parts add up to the whole.
create temp table it as
select t.slot(t.listing('show', jsonb_build_object('rate_plans', jsonb_build_array(t.plan('flexible',
    '[[24, 50, 10]]')))), 10,
              fields => '{"price_minor": 101}') as slot;
create temp table b as select t.book_paid(slot, 3) as once, t.book_paid(slot, 3) as parts from it;

select t.accepted(t.cancel(once)) is not null as done from b \gset
select is(t.code(t.cancel(parts, '[{"line_no": 1, "quantity": 1, "seats": null}]')), 'OK', 'one of three') from b;
select is(t.owed(parts), (303 - 41)::bigint, 'gives back its part') from b;
select is(t.code(t.cancel(parts)), 'OK', 'then the others') from b;
select t.settle_all() is null as done \gset
select is(t.owed(parts), t.owed(once), 'as much is owed in the end') from b;
select is(t.payments(parts), t.payments(once), 'and as much came back') from b;
select t.expect_invariants();

select * from finish();
rollback;
