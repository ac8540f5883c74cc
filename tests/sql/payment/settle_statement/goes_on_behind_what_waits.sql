begin;
\i tests/sql/helpers.sql
select plan(6);

create function t.listed(reference text, key text) returns void language sql volatile as $$
    insert into payment.statement (gateway, reference, kind, operation_key, operation_id, amount_minor, currency,
        happened_at, fetched_at, verdict)
    select 'simulator', reference, 'AUTHORIZE', key, (select o.id from payment.operation o where o.gateway_key = key),
           1, 'EUR', clock_timestamp(), clock_timestamp() - interval '1 minute', 'ORPHANED'
$$;
create function t.opened(name text) returns text language plpgsql volatile as $$
declare
    booked constant uuid := t.book(t.slot(t.listing(name)), 1, 'anna', '{"payment_method": "pm_card_visa"}');
begin
    return (select o.gateway_key from payment.operation o join payment.payment p on p.id = o.payment_id
            where p.booking_id = booked);
end
$$;
create function t.settle_one() returns text language plpgsql volatile as $$
declare
    settled jsonb := payment.settle_statement(jsonb_strip_nulls(jsonb_build_object(
        'gateway', 'simulator', 'grace_seconds', 0, 'batch', 1, 'after', t.recall('next'))));
begin
    delete from t.kept where name = 'next';
    perform t.keep('next', settled -> 'next');
    return (select string_agg(format('%s %s', c.key, c.value), ', ' order by c.key)
            from jsonb_each_text(settled) c where c.key <> 'next' and c.value <> '0');
end
$$;

select payment.begin_statement('{"gateway": "simulator", "worker": "a", "lease_seconds": 9}');
select t.listed('a1', t.opened('one'));
select t.listed('a2', t.opened('two'));
select t.listed('a3', 'hf-nobody''s');
update pgmq.q_saga set vt = 'infinity';

select is(t.settle_one(), 'nudged 1', 'what is open is looked up');
select is(t.settle_one(), 'nudged 1', 'and the next one, though the first is open still');
select is(t.settle_one(), 'strays 1', 'and stray money behind both is given back');
select is(t.settle_one(), null, 'until there is no more');
select is(t.recall('next'), 'null', 'as it says');
select is((select count(*) from payment.stray), 1::bigint, 'nothing was given back twice');

select * from finish();
rollback;
