begin;
\i tests/sql/helpers.sql
select plan(8);

select t.slot(t.listing(fields => '{"hold_seconds": 300, "hold_extensions": 1}')) as slot \gset
select t.book(:'slot') as booking \gset
-- Two minutes pass.
update booking.booking b
set hold_expires_at = b.hold_expires_at - interval '2 minutes', expire_due_at = b.expire_due_at - interval '2 minutes',
    auto_cancel_at = b.auto_cancel_at - interval '2 minutes'
where b.id = :'booking';
create temporary table before as select * from booking.booking b where b.id = :'booking';

select is(t.code(t.ask('extend', :'booking')), 'OK', 'a hold is extended');
select ok(b.hold_expires_at between clock_timestamp() + interval '295 seconds' and clock_timestamp() + interval '300 seconds',
    'it ends one hold time from now')
from booking.booking b where b.id = :'booking';
select is(b.expire_due_at, b.hold_expires_at, 'and is let go then')
from booking.booking b where b.id = :'booking';
select is(b.auto_cancel_at - before.auto_cancel_at, b.hold_expires_at - before.hold_expires_at,
    'minute 10 moves by as much')
from booking.booking b join before on before.id = b.id;
select is(t.version(:'booking'), 2, 'it is a new version');
select is(e.data,
    jsonb_build_object('holdExpiresAt', (select b.hold_expires_at from booking.booking b where b.id = :'booking'),
                       'extensions', 1), 'whose event says until when')
from booking.event e where e.booking_id = :'booking' and e.version = 2 and e.type = 'booking.hold_extended';
select is((t.document(:'booking') ->> 'extensions_left')::integer, 0, 'nothing is left of its extensions');
select t.expect_invariants();

select * from finish();
rollback;
