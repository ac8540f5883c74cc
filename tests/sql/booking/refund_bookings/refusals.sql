begin;
\i tests/sql/helpers.sql
select plan(11);

create temp table it as select t.slot(t.listing()) as slot;
create temp table b as select t.book(slot) as held, t.book_paid(slot) as paid from it;
create function pg_temp.refused(booking_id uuid, fields jsonb,
    actor jsonb default t.actor()) returns text language sql as $$
    select concat_ws(' ', o #>> '{refusal,code}', o #> '{refusal,path}')
    from t.ask('refund', booking_id, '{"amount_minor": null, "currency": null}' || fields, actor) o
$$;

select is(pg_temp.refused(paid, '{}', t.actor('CUSTOMER')), 'NOT_ALLOWED ["bookingId"]', 'the customer') from b;
select is(pg_temp.refused(paid, '{}', t.actor('ORGANISER')), 'NOT_ALLOWED ["bookingId"]', 'the organiser') from b;
select is(pg_temp.refused(held, '{}'), 'INVALID_STATE ["bookingId"]', 'what is not paid') from b;
select is(pg_temp.refused(paid, '{"amount_minor": 10001}'), 'AMOUNT_TOO_LARGE ["amount"]', 'more than was paid') from b;
select is(pg_temp.refused(paid, '{"amount_minor": 0}'), 'INVALID_PRICE ["amount"]', 'nothing') from b;
select is(pg_temp.refused(paid, '{"amount_minor": 1, "currency": "USD"}'),
    'CURRENCY_MISMATCH ["amount", "currencyCode"]',
    'another currency') from b;
select is(pg_temp.refused(gen_random_uuid(), '{}'), 'NOT_FOUND ["bookingId"]', 'no such booking');
select is(pg_temp.refused(paid, '{"expected_version": 1}'), 'STALE_VERSION ["expectedVersion"]',
    'a stale version') from b;
select is(t.code(t.ask('refund', paid, '{"amount_minor": 10000, "currency": "EUR"}', t.actor())), 'OK',
    'all of it') from b;
select is(pg_temp.refused(paid, '{"amount_minor": 1}'), 'AMOUNT_TOO_LARGE ["amount"]',
    'and then more, while it is under way') from b;
select t.settle_all() is null as done \gset
select t.expect_invariants();

select * from finish();
rollback;
