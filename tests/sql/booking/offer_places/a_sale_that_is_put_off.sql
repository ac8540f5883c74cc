begin;
\i tests/sql/helpers.sql
select plan(4);

select t.slot(t.listing(), 1) as slot \gset
select t.book(:'slot', 1) as booking \gset
select t.accepted(t.join(:'slot', 1, 'berta')) as entry \gset
update inventory.slot set sale_opens_at = clock_timestamp() + interval '1 hour' where id = :'slot';
select t.cancel(:'booking'), t.serve();

select is(t.places(:'slot'), '0 taken, 1 aside, 1 waiting of 1', 'the queue waits for the sale');
select is(t.serve(), 0, 'quietly');
update inventory.slot set sale_opens_at = clock_timestamp() where id = :'slot';
select is(t.serve(), 1, 'and moves when it opens, without a message');
select is(t.status(t.offered(:'entry')), 'PENDING', 'the offer is made');

select * from finish();
rollback;
