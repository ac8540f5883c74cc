begin;
\i tests/sql/helpers.sql
select plan(4);

-- Whoever is quicker than the cancelling of the slot's bookings gets no less than those who wait for it.
create temp table it as select t.slot(t.listing()) as slot;
create temp table b as
select t.book_lines(t.line(slot, 1, '{"rate_plan": "saver"}'),
    fields => '{"payment_method": "pm_card_visa"}') as id from it;
do $$ begin
    perform t.settle(id) from b;
    perform t.accepted(t.write('booking.cancel_slots', t.actor(), jsonb_build_object('slot_id', slot,
        'expected_version', null, 'note', null)))
    from it;
end $$;

select is(booking.quote_refund(jsonb_build_object('actor', t.actor(), 'id', id)) -> 'refund_minor', '8000',
    'all would come back') from b;
select is(t.code(t.cancel(id)), 'OK', 'is cancelled') from b;
select t.settle(id) is null as done from b \gset
select is(t.payments(id), 'REFUNDED 8000/8000', 'all comes back') from b;
select t.expect_invariants();

select * from finish();
rollback;
