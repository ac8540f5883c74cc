begin;
\i tests/sql/helpers.sql
select plan(9);

create temp table it as select t.slot(t.listing()) as slot;
create temp table held as select t.book(slot, 2) as id from it;
create temp table paid as select t.book_paid(slot, 3, 'berta') as id from it;

select is(t.document(id) - array['id', 'organiser_id', 'reference', 'hold_expires_at', 'created_at', 'updated_at',
                                 'payment', 'payments', 'lines'],
    '{"customer_id": "anna", "status": "PENDING", "reason": null, "currency": "EUR", "total_minor": 20000,
      "owed_minor": 20000, "note": null, "version": 1, "extensions": 0, "extensions_left": 2, "in_progress": false,
      "change": null}', 'a booking that waits for its payment') from held;
select is(t.document(id) #> '{payment,status}', '"REQUIRES_METHOD"', 'its payment waits for a method') from held;
select is(jsonb_array_length(t.document(id) -> 'payments'), 1, 'and is the only one') from held;
select is(t.document(held.id) -> 'lines' -> 0,
    jsonb_build_object('line_no', 1, 'slot_id', slot, 'quantity', 2, 'rate_plan', 'flexible', 'unit_price_minor', 10000,
        'amount_minor', 20000, 'price_class', null, 'seats', null,
        'policy', '[{"hours_before_start": 24, "refund_percent": 100, "fee_minor": 0}]'::jsonb),
    'its line carries its price and its policy') from held, it;
select is(t.document(id) -> 'payment', t.document(id) #> '{payments,0}', 'one payment is shown as it is') from paid;
select is(t.document(id) #> '{payment,captured_minor}', '30000', 'with what was captured') from paid;
select is(t.document(id) -> 'extensions_left', '0', 'a confirmed booking has no hold to extend') from paid;

create temp table free as
    select t.book_lines(t.line(t.slot(t.listing('gift', jsonb_build_object(
        'rate_plans', jsonb_build_array(t.plan('free', '[]', 0))))))) as id;
select is(t.document(id) - 'payments' -> 'payment', 'null', 'a free booking has no payment') from free;
select is(t.document(id) -> 'payments', '[]', 'not one') from free;

select * from finish();
rollback;
