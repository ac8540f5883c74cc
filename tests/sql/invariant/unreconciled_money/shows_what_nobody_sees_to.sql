begin;
\i tests/sql/helpers.sql
select plan(7);

create function t.age(minutes integer) returns timestamptz language sql volatile as $$
    select clock_timestamp() - make_interval(mins => minutes)
$$;
create function t.seen() returns bigint language sql volatile as $$ select count(*) from invariant.unreconciled_money $$;

select t.keep('booking', to_jsonb(t.book_paid(t.slot(t.listing()))));
update payment.operation set closed_at = t.age(5);
select is(t.seen(), 0::bigint, 'while no list was read nothing is said');
insert into payment.statement_cursor (gateway, complete_until) values ('simulator', clock_timestamp());
select is(t.seen(), 2::bigint, 'what the list does not have, and nobody knows of');
select payment.settle_statement('{"gateway": "simulator", "grace_seconds": 0, "batch": 9}');
select is(t.seen(), 0::bigint, 'a case accounts for it');
insert into payment.statement (gateway, reference, kind, operation_key, amount_minor, currency, happened_at, fetched_at, verdict)
values ('simulator', 'r', 'AUTHORIZE', 'hf-x', 1, 'EUR', t.age(2), t.age(2), 'ORPHANED');
select is(t.seen(), 1::bigint, 'stray money that nobody gives back');
select payment.settle_statement('{"gateway": "simulator", "grace_seconds": 0, "batch": 9}');
select is(t.seen(), 0::bigint, 'a saga accounts for it');

select t.keep('later', to_jsonb(t.book_paid(t.slot(t.listing('later')))));
insert into payment.statement (gateway, reference, kind, operation_key, "authorization", operation_id, amount_minor,
    currency, happened_at, fetched_at, verdict)
select 'simulator', 'listed', 'CAPTURE', o.gateway_key, 'authorized', o.id, 10000, 'EUR', t.age(3), t.age(3), 'ORPHANED'
from payment.operation o join payment.payment p on p.id = o.payment_id
where p.booking_id = (t.recall('later') #>> '{}')::uuid and o.kind = 'CAPTURE';
select is(t.seen(), 0::bigint, 'a line that was there before its operation ended is held against it in a minute');
update payment.operation o set closed_at = t.age(2) from payment.statement l where l.reference = 'listed' and o.id = l.operation_id;
select is(t.seen(), 1::bigint, 'and not later');

select * from finish();
rollback;
