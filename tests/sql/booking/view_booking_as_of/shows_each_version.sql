begin;
\i tests/sql/helpers.sql
select plan(8);

create temp table it as select t.slot(t.listing(fields => jsonb_build_object('rate_plans', jsonb_build_array(
    t.plan('flexible', '[[24, 50, 0]]'))))) as slot;
create temp table b as select t.book(slot, 2) as id from it;
do $$ begin
    perform t.pay(id) from b;
    perform t.settle(id) from b;
    perform t.cancel(id) from b;
    perform t.settle(id) from b;
end $$;

create temp table version as
select e.version, e.type, (
    select booking.view_booking_as_of(jsonb_build_object(
        'actor', t.actor('CUSTOMER'), 'id', e.booking_id, 'at', e.occurred_at))) as document
from booking.event e join b on b.id = e.booking_id;

select is(
    format('%s: %s, owed %s, %s %s/%s', type, document ->> 'status', document ->> 'owed_minor',
        document #>> '{payment,status}', document #>> '{payment,captured_minor}', document #>> '{payment,refunded_minor}'),
    expected.what)
from (values
    (1, 'booking.created: PENDING, owed 20000, REQUIRES_METHOD 0/0'),
    (2, 'payment.submitted: PENDING, owed 20000, AUTHORIZING 0/0'),
    (3, 'payment.authorized: PENDING, owed 20000, AUTHORIZED 0/0'),
    (4, 'booking.confirmed: CONFIRMED, owed 20000, CAPTURING 0/0'),
    (5, 'payment.captured: CONFIRMED, owed 20000, CAPTURED 20000/0'),
    (6, 'booking.cancelled: CANCELLED, owed 10000, CAPTURED 20000/0'),
    (7, 'payment.refunded: CANCELLED, owed 10000, PARTIALLY_REFUNDED 20000/10000')
) expected (version, what)
left join version using (version)
order by expected.version;

select is(count(*), 7::bigint, 'no more versions than that') from version;

select * from finish();
rollback;
