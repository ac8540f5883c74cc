begin;
\i tests/sql/helpers.sql
select plan(8);

create temp table it as select t.slot(t.listing()) as slot;
create temp table b as
select t.book(slot, fields => '{"payment_method": "pm_card_visa"}') as late, t.book(slot) as waiting from it;
create function pg_temp.cases() returns text[] language sql as $$
    select array_agg(d.cause || ' ' || d.state || ' ' || coalesce(d.closed_by, '-') order by d.id) from saga.dead_letter d
$$;

select is(saga.report_overdue('10'), '0', 'in time');
update saga.saga set deadline = clock_timestamp() - interval '31 seconds';
select isnt_empty('select from invariant.stuck_saga', 'late, and nobody knows');
select is(saga.report_overdue('10'), '1', 'is reported; who waits for a customer is not late');
select is(saga.report_overdue('10'), '0', 'once');
select is((select d.safe_actions from saga.dead_letter d), array['RETRY', 'CANCEL', 'RESOLVE'], 'it may be turned round');
select t.expect_invariants();
select t.settle(late) is null as done from b \gset
select is(pg_temp.cases(), array['OVERDUE RESOLVED saga'], 'the case closes with the saga');
select is(t.status(late), 'CONFIRMED', 'which went its way') from b;

select * from finish();
rollback;
