begin;
\i tests/sql/helpers.sql
select plan(7);

select t.slot(t.listing(), 1) as slot \gset
select t.book(:'slot', 1) as booking \gset
select t.accepted(t.join(:'slot', 1, 'berta')) as first \gset
select t.accepted(t.join(:'slot', 1, 'carl')) as second \gset
select t.cancel(:'booking'), t.serve();
create function pg_temp.shown(entry uuid) returns text language sql as $$
    select e ->> 'status'
    from booking.view_waitlist_entries(jsonb_build_object('actor', t.actor(), 'ids', jsonb_build_array(entry))) e
$$;

select is(pg_temp.shown(:'first'), 'OFFERED', 'the first has an offer');
select t.lapse(t.offered(:'first'));
select is(t.code(t.try_book(t.line(:'slot'), 'dora')), 'SOLD_OUT', 'nobody overtakes when it is over');
select booking.expire_holds('10');
select t.serve();
select is(pg_temp.shown(:'first'), 'LAPSED', 'it was not taken');
select is(pg_temp.shown(:'second'), 'OFFERED', 'and passed on');
select t.pay(t.offered(:'second')), t.settle(t.offered(:'second'));
select is(pg_temp.shown(:'second'), 'ACCEPTED', 'to one who took it');
select is(t.places(:'slot'), '1 taken, 0 aside, 0 waiting of 1', 'nobody waits');
select t.expect_invariants();

select * from finish();
rollback;
