begin;
\i tests/sql/helpers.sql
select plan(8);

create temp table it as
with l as (select t.listing() as id), h as (select t.hall() as id)
select t.seated_slot(l.id, h.id, 30) as first, t.seated_slot(l.id, h.id, 31) as second from l, h;
create temp table b as
select t.book_lines(jsonb_build_array(
    t.line(first, 2, '{"seats": [1, 2]}'), t.line(second, 2, '{"seats": [1, 2]}'),
    t.line(first, 2, '{"seats": [4, 5]}')), fields => '{"payment_method": "pm_card_visa"}') as id
from it;
select t.settle(id) is null as done from b \gset
create function pg_temp.seats(slot uuid) returns integer[] language sql as $$
    select array_agg(s.seat_no order by s.seat_no) from inventory.seat s
    where s.slot_id = slot and s.booking_id is not null
$$;

select is(t.code(t.cancel(id, '[{"line_no": 1, "quantity": null, "seats": [1]}]')), 'OK', 'a seat of the first') from b;
select is(pg_temp.seats(first), array[2, 4, 5], 'is free there') from it;
select is(pg_temp.seats(second), array[1, 2], 'and not in the second') from it;
select is(t.code(t.cancel(id, '[
    {"line_no": 2, "quantity": null, "seats": null}, {"line_no": 3, "quantity": 1,
        "seats": null}]')), 'OK', 'all of the second, and one more of the first') from b;
select is(array[pg_temp.seats(first)::text, pg_temp.seats(second)::text], array['{2,4}', null], 'are free') from it;
select is(array[t.balance(first, 'sold'), t.balance(second, 'sold')], array[2, 0]::bigint[], 'in the books too')
from it;
select t.settle(id) is null as done from b \gset
select is(t.payments(id), 'PARTIALLY_REFUNDED 60000/40000', 'their prices come back') from b;
select t.expect_invariants();

select * from finish();
rollback;
