begin;
\i tests/sql/helpers.sql
select plan(15);

create temp table it as
with l as (select t.listing() as id)
select t.slot(id, 5, 30) as slot, t.slot(id, 5, 31) as other, t.slot(id, 5, 32, '{"price_minor": 15000}') as dear,
       t.slot(id, 5, 33, '{"price_minor": 4000}') as cheap
from l;
create function pg_temp.move(booking_id uuid, lines jsonb,
    payment_method text default null) returns jsonb language sql as $$
    select t.ask('reschedule', booking_id, jsonb_build_object('payment_method', payment_method, 'lines', lines))
$$;
create function pg_temp.refused(booking_id uuid, lines jsonb,
    payment_method text default null) returns text language sql as $$
    select concat_ws(' ', o #>> '{refusal,code}', o #> '{refusal,path}') from pg_temp.move(booking_id, lines,
        payment_method) o
$$;
create temp table b as
select t.book(slot) as held, t.book_paid(slot, 2) as paid, t.book_paid(other, 4, 'berta') as full from it;
create temp table stranger as
select t.slot(t.listing('theirs', organiser => t.organiser('theirs')), 5) as slot,
       t.seated_slot(t.listing('theirs in seats', '{"slug": "seats"}', t.organiser('theirs')),
                     t.hall(organiser => t.organiser('theirs')), 40) as hall;

select is(pg_temp.refused(held, jsonb_build_array(t.line(other))), 'INVALID_STATE ["bookingId"]',
    'what is only held') from b, it;
select is(pg_temp.refused(paid, '[]'), 'INVALID_INPUT ["lines"]', 'nothing at all') from b;
select is(pg_temp.refused(paid, jsonb_build_array(t.line(slot, 2))), 'INVALID_INPUT ["lines"]',
    'what it is already') from b, it;
select is(pg_temp.refused(paid, jsonb_build_array(t.line(slot, 1), t.line(slot, 1))), 'INVALID_INPUT ["lines"]',
    'what it is already, in other words') from b, it;
select is(pg_temp.refused(paid, jsonb_build_array(t.line(slot, 2), t.line(cheap, 0))),
    'INVALID_QUANTITY ["lines", "1", "quantity"]',
    'no place') from b, it;
select is(pg_temp.refused(paid, jsonb_build_array(t.line(slot, 2), t.line(cheap), t.line(other, 2))),
    'SOLD_OUT ["lines", "2", "slotId"]',
    'more than is free, by the line that was asked for') from b, it;
select is(pg_temp.refused(paid, jsonb_build_array(t.line(dear, 2))), 'PAYMENT_METHOD_REQUIRED ["paymentMethod"]',
    'more, unpaid') from b, it;
select is(pg_temp.refused(paid, jsonb_build_array(t.line(slot, 1, '{"unit_price_minor": 1}'), t.line(cheap, 1,
    '{"unit_price_minor": 1}'))),
    'NOT_ALLOWED ["lines", "0", "unitPrice"]', 'a price of one''s own, even of what is kept') from b, it;
select is(pg_temp.refused(b.paid, jsonb_build_array(t.line(s.slot))), 'INVALID_INPUT ["lines"]',
    'another organiser''s') from b, stranger s;
select is(pg_temp.refused(b.paid, jsonb_build_array(t.line(s.hall))), 'INVALID_INPUT ["lines"]',
    'and another''s seats') from b, stranger s;
select is((select count(*) from inventory.seat s where s.booking_id is not null), 0::bigint, 'which stay free');
select is(t.code(t.ask('reschedule', paid, jsonb_build_object('lines', jsonb_build_array(t.line(other)),
    'payment_method', null),
    t.actor('CUSTOMER', 'berta'))), 'NOT_FOUND', 'somebody else''s booking') from b, it;
select t.start_in(slot, '-1 minute') is null as done from it \gset
select is(pg_temp.refused(paid, jsonb_build_array(t.line(cheap))), 'INVALID_STATE ["bookingId"]',
    'what has begun') from b, it;
select is(array[t.version(held), t.version(paid)], array[1, 4], 'nothing has changed') from b;
select t.expect_invariants();

select * from finish();
rollback;
