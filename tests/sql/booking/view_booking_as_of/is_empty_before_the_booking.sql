begin;
\i tests/sql/helpers.sql
select plan(3);

create temp table b as select t.book(t.slot(t.listing())) as id;
create function pg_temp.as_of(actor jsonb, at timestamptz) returns bigint language sql as $$
    select count(*) from b, booking.view_booking_as_of(jsonb_build_object('actor', actor, 'id', b.id, 'at', at))
$$;

select is(pg_temp.as_of(t.actor(), now()), 0::bigint, 'not there yet');
select is(pg_temp.as_of(t.actor(), clock_timestamp()), 1::bigint, 'there now');
select is(pg_temp.as_of(t.actor('CUSTOMER', 'berta'), clock_timestamp()), 0::bigint, 'but not for another customer');

select * from finish();
rollback;
