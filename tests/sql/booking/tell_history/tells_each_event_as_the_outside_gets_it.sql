begin;
\i tests/sql/helpers.sql
select plan(5);

create temp table b as select t.book_paid(t.slot(t.listing())) as id;
create temp table told as
select e.e from b, booking.tell_history(jsonb_build_object('booking_id', b.id)) e (e);

select is((select array_agg((e ->> 'sequence')::integer) from told), array[1, 2, 3, 4], 'all of them, in order');
select is(e #>> '{document,type}', 'booking.created', 'as events are told') from told where e ->> 'sequence' = '1';
select is(e #>> '{document,id}', (select id || '.1' from b), 'under their ids') from told where e ->> 'sequence' = '1';
select is((select bool_or((e ->> 'published')::boolean) from told), false, 'which no broker has yet');
select is(count(*), 0::bigint, 'nothing of what is not there')
from booking.tell_history('{"booking_id": "01900000-0000-7000-8000-000000000000"}') e;

select * from finish();
rollback;
