begin;
\i tests/sql/helpers.sql
select plan(7);

create function pg_temp.pay(number integer, status text, amount bigint, captured bigint, refunded bigint) returns jsonb
language sql as $$
    select jsonb_build_object('id', number, 'number', number, 'status', status, 'currency', 'EUR',
        'amount_minor', amount,
        'captured_minor', captured, 'refunded_minor', refunded, 'attempts', number, 'failure', null)
$$;
create function pg_temp.sum(variadic payments jsonb[]) returns text language sql as $$
    select format('%s %s %s/%s', d ->> 'status', d ->> 'amount_minor', d ->> 'captured_minor', d ->> 'refunded_minor')
    from payment.document(to_jsonb(payments)) d
$$;

select is(payment.document('[]'), null, 'nothing for a free booking');
select is(pg_temp.sum(pg_temp.pay(1, 'CAPTURED', 10, 10, 0), pg_temp.pay(2, 'CAPTURED', 5, 5, 0)),
    'CAPTURED 15 15/0', 'two that were captured');
select is(pg_temp.sum(pg_temp.pay(1, 'CAPTURED', 10, 10, 0), pg_temp.pay(2, 'REFUNDED', 5, 5, 5)),
    'PARTIALLY_REFUNDED 15 15/5', 'one of two was refunded');
select is(pg_temp.sum(pg_temp.pay(1, 'REFUNDED', 10, 10, 10), pg_temp.pay(2, 'REFUNDED', 5, 5, 5)),
    'REFUNDED 15 15/15', 'both were');
select is(pg_temp.sum(pg_temp.pay(1, 'CAPTURED', 10, 10, 0), pg_temp.pay(2, 'AUTHORIZING', 5, 0, 0)),
    'AUTHORIZING 15 10/0', 'a charge under way is the state of the whole');
select is(pg_temp.sum(pg_temp.pay(1, 'CAPTURED', 10, 10, 0), pg_temp.pay(2, 'FAILED', 5, 0, 0)),
    'CAPTURED 10 10/0', 'a charge that came to nothing leaves the rest as it was');
select is(pg_temp.sum(pg_temp.pay(1, 'CAPTURED', 10, 10, 0), pg_temp.pay(2, 'FAILED', 5, 5, 0)),
    'FAILED 15 15/0', 'a charge that can''t be given back is still there');

select * from finish();
rollback;
