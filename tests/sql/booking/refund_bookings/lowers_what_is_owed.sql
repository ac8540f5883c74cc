begin;
\i tests/sql/helpers.sql
select plan(9);

create temp table b as select t.book_paid(t.slot(t.listing()), 2) as id;

select is(t.code(t.ask('refund', id, '{"amount_minor": 2500, "currency": "EUR", "note": "the rain"}', t.actor())),
    'OK', 'is granted') from b;
select is((select e.data from booking.event e join b on b.id = e.booking_id order by e.version desc limit 1),
    '{"amountMinor": 2500, "owedMinor": 17500, "note": "the rain"}', 'the event says it');
select is(t.status(id), 'CONFIRMED', 'the booking stays') from b;
select t.settle(id) is null as done from b \gset
select is(t.payments(id), 'PARTIALLY_REFUNDED 20000/2500', 'the money comes back') from b;
select is(booking.quote_refund(jsonb_build_object('actor', t.actor(), 'id', id)) -> 'refund_minor', '17500',
    'a cancellation gives back the rest') from b;
select is(t.code(t.ask('refund', id, '{"amount_minor": null, "currency": null}', t.actor())), 'OK', 'all of it') from b;
select t.settle(id) is null as done from b \gset
select is(t.payments(id), 'REFUNDED 20000/20000', 'comes back too') from b;
select is(t.money(id, 'refunds'), 20000::bigint, 'and the books say who gave it') from b;
select t.expect_invariants();

select * from finish();
rollback;
