begin;
\i tests/sql/helpers.sql
select plan(3);

select t.slot(t.listing(), 2) as slot \gset
select t.book(:'slot', 2) as booking \gset
select is(inventory.slot_document(s) -> 'available', '0', 'held') from inventory.slot s where s.id = :'slot';
select t.lapse(:'booking');
select is(inventory.slot_document(s) -> 'available', '2', 'past its end, nothing has to happen first')
from inventory.slot s where s.id = :'slot';
update inventory.slot set waiting = 1 where id = :'slot';
select is(inventory.slot_document(s) -> 'available', '0', 'unless somebody waits')
from inventory.slot s where s.id = :'slot';

select * from finish();
rollback;
