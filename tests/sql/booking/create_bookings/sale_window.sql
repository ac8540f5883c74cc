begin;
\i tests/sql/helpers.sql
select plan(5);

select t.listing('show', '{"sales_close_minutes": 60}') as listing \gset
select t.slot(:'listing', 10) as slot \gset
select is(t.code(t.try_book(t.line(:'slot'))), 'OK', 'on sale');
select t.start_in(:'slot', '59 minutes');
select is(t.code(t.try_book(t.line(:'slot'))), 'SALES_CLOSED', 'sale closes before the start');
update inventory.slot set sale_closes_at = clock_timestamp() + interval '1 minute' where id = :'slot';
select is(t.code(t.try_book(t.line(:'slot'))), 'OK', 'unless the slot says when');
update inventory.slot set sale_closes_at = null, sale_opens_at = clock_timestamp() + interval '1 minute',
    starts_at = starts_at + interval '10 hours', ends_at = ends_at + interval '10 hours' where id = :'slot';
select is(t.code(t.try_book(t.line(:'slot'))), 'SALES_CLOSED', 'not before it opens');
update inventory.slot set sale_opens_at = null, state = 'CANCELLED' where id = :'slot';
select is(t.code(t.try_book(t.line(:'slot'))), 'SALES_CLOSED', 'a cancelled slot');

select * from finish();
rollback;
