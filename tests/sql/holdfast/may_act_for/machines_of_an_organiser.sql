begin;
\i tests/sql/helpers.sql
select plan(14);

select t.slot(t.listing(), 2) as slot \gset
select t.book(:'slot', 1) as booking \gset
select t.actor('SERVICE') as kiosk, t.actor('SERVICE', organiser => t.organiser('other')) as stranger \gset
create function pg_temp.order(customer text, extra jsonb default '{}') returns jsonb language sql immutable as $$
    select jsonb_build_object('customer_id', customer, 'lines', jsonb_build_array(extra))
$$;
select jsonb_build_object('slot_id', :'slot', 'quantity', 1) as line \gset

select ok(holdfast.may_act_for(:'kiosk', t.organiser()), 'acts for its organiser');
select ok(not holdfast.may_act_for(:'stranger', t.organiser()), 'and for no other');
select is(holdfast.may_act_for('{"role": "SERVICE"}', t.organiser()), false, 'without an organiser for none, and that is no null');
select is(holdfast.may_act_for('{"role": "ORGANISER"}', t.organiser()), false, 'nor does an organiser without a name');
select is(holdfast.may_act_for('{"role": "WHOEVER"}', t.organiser()), false, 'nor a role that nobody knows');
select ok(not holdfast.may_manage(:'kiosk', t.organiser()) and holdfast.may_manage(t.actor('ORGANISER'), t.organiser()),
    'where data goes is not a machine''s to say');

select is(t.code(t.write('booking.create_bookings', :'kiosk', pg_temp.order(null, :'line'))), 'INVALID_INPUT', 'books for a customer, whom it names');
select is(t.code(t.write('booking.create_bookings', :'stranger', pg_temp.order('guest', :'line'))), 'NOT_FOUND', 'nothing of another''s');
select is(t.code(t.write('booking.create_bookings', :'kiosk', pg_temp.order('guest', :'line'::jsonb || '{"unit_price_minor": 5}'))), 'OK',
    'at a price that it names');
select is((select e.actor_role from booking.event e where e.actor_id = 'kiosk'), 'SERVICE', 'and its history says so');
select is((select count(*) from booking.list_bookings(jsonb_build_object('actor', :'kiosk'::jsonb, 'filter', '{}'::jsonb, 'first', 10))), 2::bigint,
    'reads all of its organiser''s');
select is((select count(*) from booking.list_bookings(jsonb_build_object('actor', :'stranger'::jsonb, 'filter', '{}'::jsonb, 'first', 10))), 0::bigint,
    'and nobody else''s');
select is(t.code(t.write('notification.upsert_endpoints', :'kiosk', jsonb_build_object('organiser_id', t.organiser(),
    'url', 'https://a.test/', 'event_types', '["*"]'::jsonb))), 'NOT_ALLOWED', 'sets no endpoint');
select is(t.code(t.write('booking.refund_bookings', :'kiosk', jsonb_build_object('booking_id', :'booking'))), 'NOT_ALLOWED',
    'does nothing that is for operators');

select * from finish();
rollback;
