begin;
\i tests/sql/helpers.sql
select plan(9);

create temp table it as select t.slot(t.listing()) as slot;
create temp table b as select t.book(slot, fields => '{"payment_method": "pm_card_visa"}') as id from it;
create function t.pause(gateway text, is_paused boolean, actor jsonb default t.actor()) returns text language sql volatile as $$
    select t.code(t.write('payment.set_gateway_pauses', actor,
        jsonb_build_object('gateway', gateway, 'is_paused', is_paused)))
$$;
create function t.set_routing(weight integer, currencies jsonb default null, actor jsonb default t.actor()) returns text
language sql volatile as $$
    select t.code(t.write('payment.set_gateway_routings', actor,
        jsonb_build_object('gateway', 'simulator', 'weight', weight, 'currencies', currencies)))
$$;

select is(t.pause('simulator', true, t.actor('CUSTOMER')), 'NOT_ALLOWED', 'is for operators');
select is(t.pause('nowhere', true), 'NOT_FOUND', 'there has to be one');
select is(t.pause('simulator', true), 'OK', 'paused');
select is(t.claim(id), null, 'nothing is asked of it') from b;
select is(t.code(t.try_book(t.line(slot), 'berta', '{"payment_method": "pm_card_visa"}')), 'PAYMENT_UNAVAILABLE',
    'a booking that pays at once is refused') from it;
select is(t.pause('simulator', false), 'OK', 'resumed');
select isnt(t.claim(id), null, 'what waited goes on') from b;
select is(array[t.set_routing(3, '["USD"]', t.actor('ORGANISER')), t.set_routing(3, '["USD"]')], array['NOT_ALLOWED', 'OK'],
    'its share and currencies are set by operators');
select is(t.code(t.try_book(t.line(slot), 'berta', '{"payment_method": "pm_card_visa"}')), 'PAYMENT_UNAVAILABLE',
    'what it does not take it is not asked for') from it;

select * from finish();
rollback;
