begin;
\i tests/sql/helpers.sql
select plan(3);

select t.slot(t.listing(fields => '{"hold_seconds": 60}')) as slot \gset
select t.book(:'slot') as booking \gset
update booking.booking b
set hold_expires_at = b.hold_expires_at + interval '1 hour', expire_due_at = b.expire_due_at + interval '1 hour',
    auto_cancel_at = b.auto_cancel_at + interval '1 hour'
where b.id = :'booking';
create temporary table before as select * from booking.booking b where b.id = :'booking';

select is(t.code(t.ask('extend', :'booking')), 'OK', 'a hold that ends later than that is extended');
select is(b.hold_expires_at, before.hold_expires_at, 'and ends when it would have')
from booking.booking b join before on before.id = b.id;
select is(b.auto_cancel_at, before.auto_cancel_at, 'minute 10 stays too')
from booking.booking b join before on before.id = b.id;

select * from finish();
rollback;
