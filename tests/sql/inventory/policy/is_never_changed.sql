begin;
\i tests/sql/helpers.sql
select plan(13);

do $$ begin perform t.cancel(t.book_paid(t.slot(t.listing()))); end $$;
select isnt_empty('select from inventory.policy', 'there is something to change');

select is(t.state_as(role, statement), state, format('%s: %s', role, statement))
from (values ('holdfast_api', '42501'), ('holdfast_worker', '42501'), ('holdfast_report', '42501'),
             -- Even those who own the table.
             ('holdfast_owner', 'HF002')) r (role, state),
     (values ('update inventory.policy set version = 9'), ('delete from inventory.policy'),
             ('truncate inventory.policy cascade')) s (statement);

select * from finish();
rollback;
