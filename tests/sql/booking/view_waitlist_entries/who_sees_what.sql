begin;
\i tests/sql/helpers.sql
select plan(4);

select t.slot(t.listing(), 1) as slot \gset
select t.book(:'slot', 1);
select t.accepted(t.join(:'slot', 1, 'berta')) as entry \gset
create function pg_temp.seen(actor jsonb) returns bigint language sql as $$
    select count(*) from booking.view_waitlist_entries(jsonb_build_object(
        'actor', actor, 'ids', (select jsonb_agg(id) from booking.waitlist_entry)))
$$;

select is(pg_temp.seen(t.actor('CUSTOMER', 'berta')), 1::bigint, 'the customer its own');
select is(pg_temp.seen(t.actor('CUSTOMER', 'carl')), 0::bigint, 'another customer nothing');
select is(pg_temp.seen(t.actor('ORGANISER')), 1::bigint, 'the organiser');
select is(pg_temp.seen(t.actor('ORGANISER', organiser => t.organiser('other'))), 0::bigint, 'and no other');

select * from finish();
rollback;
