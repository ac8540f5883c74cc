begin;
\i tests/sql/helpers.sql
select plan(13);

create temp table it as
with l as (select t.listing() as id)
select t.slot(id, 9, 30) as slot, t.slot(id, 9, 31, '{"price_minor": 15000}') as dear,
       t.slot(id, 9, 32, '{"price_minor": 0}') as free from l;
create temp table b as select t.book(slot) as held, t.book_paid(slot) as paid from it;
create function pg_temp.health(state text, retry_after_ms integer default 30000) returns void language sql as $$
    select payment.report_health(jsonb_build_object('worker', 'w', 'gateways', jsonb_build_array(jsonb_build_object(
        'code', 'simulator', 'state', state, 'retry_after_ms', retry_after_ms))))
$$;
create function pg_temp.move(to_slot uuid) returns jsonb language sql as $$
    select t.ask('reschedule', paid, jsonb_build_object('payment_method', 'pm_card_visa',
        'lines', jsonb_build_array(t.line(to_slot)))) from b
$$;

select is(payment.unavailable('EUR'), false, 'nothing is known');
select pg_temp.health('OPEN') is null as done \gset
select is(payment.unavailable('EUR'), true, 'down by all reports');
select is(t.code(t.try_book(t.line(slot), 'carl', '{"payment_method": "pm_card_visa"}', 'again')), 'PAYMENT_UNAVAILABLE',
    'nothing is sold that would be paid now') from it;
select is(t.places(slot), '2 taken, 0 aside, 0 waiting of 9', 'nothing is taken') from it;
select is(t.code(t.try_book(t.line(slot), 'carl')), 'OK', 'who pays later may book') from it;
select is(t.code(t.try_book(t.line(free), 'carl', '{"payment_method": "pm_card_visa"}')), 'OK', 'so may who pays nothing')
from it;
select is(t.code(t.pay(held)), 'PAYMENT_UNAVAILABLE', 'paying') from b;
select is(t.code(pg_temp.move(dear)), 'PAYMENT_UNAVAILABLE', 'and what costs more') from it;
select is(t.code(pg_temp.move(free)), 'OK', 'not what costs less') from it;
select is(t.places(dear), '0 taken, 0 aside, 0 waiting of 9', 'is refused') from it;

select pg_temp.health('OPEN', 0) is null as done \gset
select is(payment.unavailable('EUR'), false, 'a breaker that lets a call through needs one');
select is(t.code(t.try_book(t.line(slot), 'carl', '{"payment_method": "pm_card_visa"}', 'again')), 'OK',
    'the same command is accepted later') from it;
delete from payment.gateway_health;
delete from payment.gateway;
select is(payment.unavailable('EUR'), false, 'no worker has started yet');

select * from finish();
rollback;
