begin;
\i tests/sql/helpers.sql
select plan(6);

select t.listing() as listing \gset
select t.slot(:'listing', 1) as slot \gset
select t.slot(:'listing', 1, day => 31) as other \gset
select t.book(:'slot', 1) as one \gset
select t.book(:'other', 1);
select t.join(:'slot', 1, 'berta'), t.join(:'slot', 1, 'carl'), t.join(:'other', 1, 'berta') \g /dev/null
select t.cancel(:'one'), t.serve();
create function pg_temp.listed(actor jsonb, filter jsonb default '{}', first integer default 10, after text default null)
returns text language sql as $$
    select string_agg((r #>> '{row,customer_id}') || ' ' || (r #>> '{row,status}'), ', ' order by n)
    from booking.list_waitlist_entries(jsonb_build_object('actor', actor, 'filter', filter, 'first', first, 'after', after))
        with ordinality l (r, n)
$$;

select is(pg_temp.listed(t.actor('CUSTOMER', 'berta')), 'berta OFFERED, berta WAITING', 'customers their own');
select is(pg_temp.listed(t.actor('ORGANISER')), 'berta OFFERED, carl WAITING, berta WAITING', 'organisers all of theirs');
select is(pg_temp.listed(t.actor('ORGANISER', organiser => t.organiser('other'))), null, 'and nobody else''s');
select is(pg_temp.listed(t.actor(), jsonb_build_object('slot_id', :'slot', 'status', 'WAITING')), 'carl WAITING',
    'by slot and by what is shown');
select is(pg_temp.listed(t.actor(), first => 1), 'berta OFFERED, carl WAITING', 'one more than asked for');
select is(pg_temp.listed(t.actor(), after => (select id::text from booking.waitlist_entry order by joined_at limit 1)),
    'carl WAITING, berta WAITING', 'after another');

select * from finish();
rollback;
