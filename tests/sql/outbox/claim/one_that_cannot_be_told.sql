begin;
\i tests/sql/helpers.sql
select plan(6);

create temp table s as select t.slot(t.listing()) as id;
create temp table b as select n, t.book_paid(id) as id from s, generate_series(1, 2) n;
alter table booking.event disable trigger event_is_immutable;
update booking.event set data = data || '{"totalMinor": "x"}'
where booking_id = (select id from b where n = 1) and type = 'booking.confirmed';
alter table booking.event enable trigger event_is_immutable;
create temp table told as
select c ->> 'id' as booking, (c ->> 'sequence')::integer as sequence, c -> 'document' as document
from outbox.claim('{"relay": "one", "queue": "outbox", "subjects": 100, "lapsed": 0, "lease_seconds": 60, "events": 10}') c
where c ->> 'kind' = 'BOOKING';
select is((select count(*) from told where booking = (select id::text from b where n = 2) and document ->> 'parked' is null),
    4::bigint, 'the others are told');
select is((select count(*) from told where booking = (select id::text from b where n = 1)), 4::bigint, 'and so is every version');
create temp table bad as select * from told where document ->> 'parked' is not null;
select is((select min(sequence) from bad), (select version from booking.event e
    where e.booking_id = (select id from b where n = 1) and e.type = 'booking.confirmed'), 'from the one that can''t be');
select is((select distinct document #>> '{parked,cause}' from bad), 'UNTELLABLE', 'which says so');
select matches((select min(document #>> '{parked,detail}') from bad), '22P02 .*"x"', 'and why');
select is((select count(*) from bad where document ->> 'booking' is not null), 0::bigint, 'and nothing else');

select * from finish();
rollback;
