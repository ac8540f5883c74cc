begin;
\i tests/sql/helpers.sql
select plan(3);

select t.slot(t.listing()) as slot \gset
select t.book(:'slot', fields => '{"payment_method": "pm_card_visa"}') as booking \gset
update booking.booking b
set hold_expires_at = b.hold_expires_at - interval '1 minute', expire_due_at = b.expire_due_at - interval '1 minute',
    auto_cancel_at = b.auto_cancel_at - interval '1 minute'
where b.id = :'booking';

select is(t.code(t.ask('extend', :'booking')), 'OK', 'a hold is extended while its payment is under way');
select is(b.expire_due_at, b.auto_cancel_at, 'its end stays suspended until the new minute 10')
from booking.booking b where b.id = :'booking';
select ok(b.auto_cancel_at > b.created_at + interval '9 minutes 59 seconds', 'which has moved')
from booking.booking b where b.id = :'booking';

select * from finish();
rollback;
