begin;
\i tests/sql/helpers.sql
select plan(8);

-- A row of gold, one of silver, and a price that an organiser named.
create temp table it as
with l as (select t.listing() as id), h as (
    select t.accepted(t.write('inventory.upsert_venue_plans', t.actor('ORGANISER'), jsonb_build_object(
        'organiser_id', t.organiser(), 'code', 'hall', 'name', 'Hall', 'expected_version', null, 'rows', '[
            {"section": "a", "row": "1", "seats": ["1", "2"], "price_class": "gold", "first_col": null},
            {"section": "a", "row": "2", "seats": ["1", "2"], "price_class": "silver",
                "first_col": null}]'::jsonb))) as id
)
select t.seated_slot(l.id, h.id, 30, '{"class_prices": [
           {"price_class": "gold", "price_minor": 9000}, {"price_class": "silver", "price_minor": 7000}]}') as hall,
       t.slot(l.id, 5, 31) as slot
from l, h;
create temp table b as
select t.accepted(t.write('booking.create_bookings', t.actor(), t.order(jsonb_build_array(
    t.line(hall, 4, '{"seats": [1, 2, 3, 4]}'), t.line(slot, 2, '{"unit_price_minor": 1234}')),
    '{"customer_id": "anna", "payment_method": "pm_card_visa"}'))) as id
from it;
select t.settle(id) is null as done from b \gset

select is(t.payments(id), format('CAPTURED %s/0', 2 * 9000 + 2 * 7000 + 2 * 1234), 'each place has its price') from b;
select is(t.code(t.cancel(id, jsonb_build_array(jsonb_build_object('line_no', l.line_no, 'quantity', 1,
    'seats', null)))),
    'OK', 'a seat of gold')
from b join booking.line l on l.booking_id = b.id and l.price_class = 'gold' and l.active;
select is(t.owed(id), (9000 + 2 * 7000 + 2 * 1234)::bigint, 'is worth gold') from b;
select is(t.code(t.cancel(id, jsonb_build_array(jsonb_build_object('line_no', l.line_no, 'quantity', 1,
    'seats', null)))),
    'OK', 'a place at the price that was named')
from b, it, booking.line l where l.booking_id = b.id and l.slot_id = it.slot and l.active;
select is(t.owed(id), (9000 + 2 * 7000 + 1234)::bigint, 'is worth that') from b;
select is(t.code(t.cancel(id)), 'OK', 'then all') from b;
select t.settle(id) is null as done from b \gset
select is(t.payments(id), format('REFUNDED %s/%1$s', 2 * 9000 + 2 * 7000 + 2 * 1234), 'comes back') from b;
select t.expect_invariants();

select * from finish();
rollback;
