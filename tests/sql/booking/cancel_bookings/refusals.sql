begin;
\i tests/sql/helpers.sql
select plan(13);

create temp table it as select t.slot(t.listing(), 20) as slot, t.seated_slot(t.listing(), t.hall(), 31) as hall;
create temp table b as
select t.book(slot, 2) as held, t.book_paid(slot, 2) as paid,
       t.book_lines(t.line(hall, 2, '{"seats": [1, 2]}'), fields => '{"payment_method": "pm_card_visa"}') as seated
from it;
select t.settle(seated) is null as done from b \gset
create function pg_temp.refused(booking_id uuid, lines jsonb) returns text language sql as $$
    select concat_ws(' ', o #>> '{refusal,code}', o #> '{refusal,path}') from t.cancel(booking_id, lines) o
$$;

select is(pg_temp.refused(held, '[{"line_no": 1, "quantity": 1, "seats": null}]'), 'INVALID_STATE ["lines"]',
    'a hold is cancelled whole')
from b;
select is(pg_temp.refused(paid, '[{"line_no": 7, "quantity": 1, "seats": null}]'),
    'NOT_FOUND ["lines", "0", "lineNo"]', 'no such line')
from b;
select is(pg_temp.refused(paid, '[{"line_no": 1, "quantity": 0, "seats": null}]'),
    'INVALID_QUANTITY ["lines", "0", "quantity"]', 'nothing')
from b;
select is(pg_temp.refused(paid, '[{"line_no": 1, "quantity": 3, "seats": null}]'),
    'INVALID_QUANTITY ["lines", "0", "quantity"]',
    'more than it has') from b;
select is(pg_temp.refused(paid,
    '[{"line_no": 1, "quantity": 1, "seats": null}, {"line_no": 1, "quantity": 1, "seats": null}]'),
    'INVALID_INPUT ["lines", "1", "lineNo"]', 'a line twice') from b;
select is(pg_temp.refused(paid, '[]'), 'INVALID_INPUT ["lines"]', 'no line') from b;
select is(pg_temp.refused(paid, '[{"line_no": 1, "quantity": null, "seats": [1]}]'),
    'NOT_FOUND ["lines", "0", "seatIds"]', 'seats where there are none')
from b;
select is(pg_temp.refused(seated, '[{"line_no": 1, "quantity": null, "seats": [3]}]'),
    'NOT_FOUND ["lines", "0", "seatIds"]', 'another''s seat')
from b;
select is(pg_temp.refused(seated, '[{"line_no": 1, "quantity": null, "seats": [1, 1]}]'),
    'INVALID_QUANTITY ["lines", "0", "quantity"]', 'a seat twice')
from b;
select is(pg_temp.refused(seated, '[{"line_no": 1, "quantity": 2, "seats": [1]}]'),
    'INVALID_QUANTITY ["lines", "0", "quantity"]',
    'a quantity that is not that of the seats') from b;
select is(t.code(t.ask('cancel', paid,
    '{"expected_version": 1, "lines": [{"line_no": 1, "quantity": 1, "seats": null}]}')),
    'STALE_VERSION', 'a stale version') from b;
select is(array[t.version(held), t.version(paid), t.version(seated)], array[1, 4, 4], 'nothing has changed') from b;
select t.expect_invariants();

select * from finish();
rollback;
