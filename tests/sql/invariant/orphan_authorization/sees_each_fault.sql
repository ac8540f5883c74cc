begin;
\i tests/sql/helpers.sql
select plan(3);

create temp table b as select t.book(t.slot(t.listing()), fields => '{"payment_method": "pm_card_visa"}') as id;
select t.play(id, 'DONE', 'DECLINED:capture_declined') is null as done from b \gset
select t.settle(id) is null as done from b \gset

select t.expect_seen('orphan_authorization', 'delete from payment.operation where kind = ''VOID''', 'neither captured nor voided');
select is(t.plant('orphan_authorization', $$
    with gone as (delete from payment.operation where kind = 'VOID' returning 1)
    update payment.payment set authorization_expires_at = now() where exists (select from gone) $$), 0::bigint,
    'what has lapsed needs no void');
select t.expect_invariants();

select * from finish();
rollback;
