begin;
\i tests/sql/helpers.sql
select plan(3);

select t.listing() as listing, t.hall() as hall \gset
select t.seated_slot(:'listing', :'hall', 30, '{"class_prices": [
    {"price_class": "normal", "price_minor": 500, "currency": "EUR"}]}') as slot \gset
select is(t.seated_slot(:'listing', :'hall', 30, '{"class_prices": [
    {"price_class": "normal", "price_minor": 500, "currency": "EUR"}]}'), :'slot', 'it is the same slot');
select is((select s.version from inventory.slot s where s.id = :'slot'), 1, 'at the same version');
select is(array[t.balance(:'slot', 'available'), (select count(*) from inventory.seat s where s.slot_id = :'slot')],
    array[10, 10]::bigint[], 'with the same seats, entered once');

select * from finish();
rollback;
