begin;
\i tests/sql/helpers.sql
select plan(4);

create temp table b as select t.book(t.slot(t.listing()), fields => '{"payment_method": "pm_card_visa"}') as id;
create temp table it as select s.id from saga.saga s;

select throws_ok($$ select saga.log_step(id, 'capture', 'DONE') from it $$, 'HF003', null, 'a step that is left out');
select throws_ok($$ select saga.log_step(id, 'juggle', 'DONE') from it $$, 'HF003', null, 'one that does not exist');
select lives_ok($$ select saga.log_step(id, 'authorize', 'FAILED', 'e') from it $$, 'one that follows');
select is((select p.worker from saga.step p where p.step = 'authorize'), null, 'nobody held it');

select * from finish();
rollback;
