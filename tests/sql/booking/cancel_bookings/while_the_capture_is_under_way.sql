begin;
\i tests/sql/helpers.sql
select plan(7);

create temp table b as
select t.book(t.slot(t.listing()), 3, fields => '{"payment_method": "pm_card_visa"}') as id;
select t.play(id, 'DONE') is null as done from b \gset
create temp table capture as select t.claim(id) as step from b;

select is(booking.quote_refund(jsonb_build_object('actor', t.actor(), 'id', id)) -> 'refund_minor', '30000',
    'all would come back') from b;
select is(t.code(t.cancel(id, '[{"line_no": 1, "quantity": 1, "seats": null}]')), 'OK', 'a place goes') from b;
select is((select count(*) from saga.saga), 1::bigint, 'its refund is left to the saga that is at work');
select is(t.record(step) ->> 'applied', 'true', 'the capture is done') from capture;
select t.settle(id) is null as done from b \gset
select is(t.payments(id), 'PARTIALLY_REFUNDED 30000/10000', 'and the place is paid back') from b;
select is((select format('%s %s', s.kind, s.state) from saga.saga s), 'booking SUCCEEDED', 'by the same saga');
select t.expect_invariants();

select * from finish();
rollback;
