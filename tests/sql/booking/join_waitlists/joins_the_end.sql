begin;
\i tests/sql/helpers.sql
select plan(7);

select t.slot(t.listing(), 2) as slot \gset
select t.book(:'slot', 2);
select t.accepted(t.join(:'slot', 2, 'berta')) as first \gset
select t.accepted(t.join(:'slot', 1, 'carl')) as second \gset

select is(t.places(:'slot'), '2 taken, 0 aside, 3 waiting of 2', 'the slot knows how many are waited for');
select results_eq(
    $$ select (e ->> 'customer_id') || ' ' || (e ->> 'status') || ' ' || (e ->> 'position')
       from booking.list_waitlist_entries(jsonb_build_object('actor', t.actor(), 'filter', '{}'::jsonb, 'first', 9)) r (r)
       cross join lateral (select r.r -> 'row') x (e) $$,
    array['berta WAITING 1', 'carl WAITING 2'], 'in the order of joining');
select is(t.join(:'slot', 1, 'berta') -> 'refusal' ->> 'code', 'ALREADY_WAITING', 'nobody waits twice');
select is((t.join(:'slot', 1, 'berta') ->> 'id')::uuid, :'first', 'and is told where it waits');
select is(t.serve(), 0, 'there is nothing to offer');
select is(t.places(:'slot'), '2 taken, 0 aside, 3 waiting of 2', 'and nothing changes');
select t.expect_invariants();

select * from finish();
rollback;
