begin;
\i tests/sql/helpers.sql
select plan(5);

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

select * from finish();
rollback;
