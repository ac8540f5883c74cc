begin;
\i tests/sql/helpers.sql
select plan(3);

create temp table b as select t.book_paid(t.slot(t.listing())) as id;

select t.expect_seen('double_capture', $$
    insert into payment.operation (organiser_id, id, payment_id, gateway, kind, amount_minor, gateway_key, state, opened_at,
                                   closed_at)
    select o.organiser_id, md5('twin')::uuid, o.payment_id, o.gateway, o.kind, o.amount_minor, 'twin', o.state,
           o.opened_at, o.closed_at
    from payment.operation o where o.kind = 'CAPTURE' $$, 'captured twice by our books');
select t.expect_seen('double_capture', $$
    insert into payment.statement (gateway, reference, kind, "authorization", amount_minor, currency, happened_at, verdict)
    select 'simulator', 'twin-' || n, 'CAPTURE', 'twice', 1, 'EUR', now(), 'ORPHANED' from generate_series(1, 2) n $$,
    'or by the gateway''s');
select t.expect_invariants();

select * from finish();
rollback;
