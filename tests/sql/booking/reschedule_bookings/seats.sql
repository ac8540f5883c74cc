begin;
\i tests/sql/helpers.sql
select plan(9);

create temp table it as
with l as (select t.listing() as id), h as (select t.hall() as id)
select t.seated_slot(l.id, h.id, 30) as slot, t.seated_slot(l.id, h.id, 31) as other from l, h;
create function pg_temp.move(booking_id uuid, lines jsonb,
    payment_method text default null) returns jsonb language sql as $$
    select t.ask('reschedule', booking_id, jsonb_build_object('payment_method', payment_method, 'lines', lines))
$$;
create function pg_temp.seats(slot uuid) returns integer[] language sql as $$
    select array_agg(s.seat_no order by s.seat_no) from inventory.seat s
    where s.slot_id = slot and s.booking_id is not null
$$;
create temp table b as
select t.book_lines(t.line(slot, 3, '{"seats": [1, 2, 3]}'),
    fields => '{"payment_method": "pm_card_visa"}') as id from it;
select t.settle(id) is null as done from b \gset

select is(t.code(pg_temp.move(id, jsonb_build_array(t.line(slot, 3, '{"seats": [2, 3, 4]}')))), 'OK',
    'a seat is exchanged') from b, it;
select is(pg_temp.seats(slot), array[2, 3, 4], 'for another') from it;
select is(t.code(pg_temp.move(id, jsonb_build_array(t.line(slot, 2), t.line(other, 1)))), 'OK',
    'a seat moves to another day') from b, it;
select is((select sum(cardinality(l.seats)) from booking.line l where l.active), 3::bigint, 'each place has its seat');
select is(array[cardinality(pg_temp.seats(slot)), cardinality(pg_temp.seats(other))], array[2, 1],
    'two stay, one has gone') from it;
select is(t.code(pg_temp.move(id, jsonb_build_array(t.line(slot, 2, '{"seats": [2, 2]}')))), 'INVALID_INPUT',
    'a seat named twice') from b, it;
select is(t.code(pg_temp.move(id, jsonb_build_array(t.line(slot, 3, '{"seats": [2, 3]}')))), 'INVALID_QUANTITY',
    'a quantity that is not that of the seats') from b, it;
select is(t.code(pg_temp.move(id, jsonb_build_array(t.line(other, 1, '{"section": "balcony"}')))), 'NOT_FOUND',
    'a seat of the wrong section is not kept') from b, it;
select t.expect_invariants();

select * from finish();
rollback;
