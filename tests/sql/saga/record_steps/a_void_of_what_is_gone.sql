begin;
\i tests/sql/helpers.sql
select plan(3);

create temp table b as select t.book(t.slot(t.listing()), fields => '{"payment_method": "pm_card_visa"}') as id;
select t.play(id, 'DONE', 'DECLINED:capture_declined', 'DECLINED:authorization_lapsed') is null as done from b \gset
select is(t.payments(id), 'VOIDED 0/0', 'what has lapsed is let go of') from b;
select is((select s.state from saga.saga s), 'UNWOUND', 'the saga is unwound');
select t.expect_invariants();

select * from finish();
rollback;
