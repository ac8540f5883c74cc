begin;
\i tests/sql/helpers.sql
select plan(6);

create temp table b as select t.book(t.slot(t.listing()), fields => '{"payment_method": "pm_card_visa"}') as id;
create function pg_temp.doubt() returns text language sql as $$
    select format('%s %s %s', s.in_doubt, s.failures, s.unknowns) from saga.saga s
$$;

select t.play(id, 'HANDED_BACK') is null as done from b \gset
select is(pg_temp.doubt(), 'f 0 0', 'what was not sent is as it was');
select is((select s.lease_until from saga.saga s), null, 'nobody holds it');
select is((select count(*) from saga.step p), 1::bigint, 'it is no step');
select t.play(id, 'HANDED_BACK::sent') is null as done from b \gset
select is(pg_temp.doubt(), 't 0 0', 'what may have been sent is in doubt');
select t.play(id, 'HANDED_BACK') is null as done from b \gset
select is(pg_temp.doubt(), 't 0 0', 'and stays so');
select t.settle(id) is null as done from b \gset
select is(t.payments(id), 'CAPTURED 10000/0', 'it goes its way') from b;

select * from finish();
rollback;
