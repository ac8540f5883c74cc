begin;
\i tests/sql/helpers.sql
select plan(8);

create function pg_temp.told(booking_id uuid) returns jsonb language sql as $$
    select booking.document(b, b.version) from booking.booking b where b.id = booking_id
$$;
create function pg_temp.move(booking_id uuid, slot uuid, payment_method text default null) returns void language sql as $$
    select t.accepted(t.ask('reschedule', booking_id, jsonb_build_object(
        'payment_method', payment_method, 'lines', jsonb_build_array(t.line(slot, 2)))))
$$;
create temp table it as
select t.slot(t.listing(), 50, 30) as slot, t.slot(t.listing(), 50, 31, '{"price_minor": 15000}') as dear,
       t.slot(t.listing(), 50, 32, '{"price_minor": 5000}') as cheap;
create temp table b as
select name, t.book_paid(slot, 2) as id from it,
    unnest(array['dearer', 'cheaper', 'declined', 'under way', 'dearer, then cancelled', 'a line less', 'refunded']) name;
create function pg_temp.id(name text) returns uuid language sql as $$ select b.id from b where b.name = id.name $$;

do $$ declare t_dear uuid; t_cheap uuid; begin
    select dear, cheap into t_dear, t_cheap from it;
    perform pg_temp.move(pg_temp.id('dearer'), t_dear, 'pm_card_visa');
    perform pg_temp.move(pg_temp.id('cheaper'), t_cheap);
    perform pg_temp.move(pg_temp.id('declined'), t_dear, 'pm_card_chargeDeclined');
    perform pg_temp.move(pg_temp.id('under way'), t_dear, 'pm_card_visa');
    perform pg_temp.move(pg_temp.id('dearer, then cancelled'), t_dear, 'pm_card_visa');
    perform t.accepted(t.cancel(pg_temp.id('a line less'), '[{"line_no": 1, "quantity": 1, "seats": null}]'));
    perform t.accepted(t.ask('refund', pg_temp.id('refunded'), '{"amount_minor": 300, "currency": "EUR"}', t.actor()));
    perform t.settle(id) from b where name <> 'under way';
    perform t.accepted(t.cancel(pg_temp.id('dearer, then cancelled')));
    perform t.settle(pg_temp.id('dearer, then cancelled'));
end $$;

select is(pg_temp.told(id), t.document(id), format('%s: %s, %s owed, %s', name, t.status(id), t.owed(id), t.payments(id)))
from b;
select t.expect_invariants();

select * from finish();
rollback;
