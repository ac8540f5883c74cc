begin;
\i tests/sql/helpers.sql
select plan(6);

select t.slot(t.listing(), 2) as slot \gset
select t.book(:'slot', 2) as booking \gset
select t.accepted(t.join(:'slot', 2, 'berta')) as first \gset
select t.accepted(t.join(:'slot', 1, 'carl')) as second \gset

select is(t.code(t.leave(:'first', 'berta')), 'OK', 'who waits may leave');
select is(t.places(:'slot'), '2 taken, 0 aside, 1 waiting of 2', 'and is waited for no longer');
select is((select status || ' ' || version from booking.waitlist_entry where id = :'first'), 'LEFT 2', 'as its entry says');
select is(t.code(t.join(:'slot', 1, 'berta')), 'OK', 'it may join again');
select is((select e ->> 'position' from booking.view_waitlist_entries(jsonb_build_object(
        'actor', t.actor(), 'ids', jsonb_build_array(:'second'))) e), '1', 'who stood behind moved up');
select t.expect_invariants();

select * from finish();
rollback;
