begin;
\i tests/sql/helpers.sql
select plan(5);

create temp table it as
with l as (select t.listing() as id)
select t.slot(id, 5, 30) as slot, t.slot(id, 5, 31, '{"price_minor": 15000}') as dear from l;
create temp table b as select t.book_paid(slot) as id from it;
select t.accepted(t.ask('reschedule', id, jsonb_build_object(
    'payment_method', 'pm_card_visa', 'lines', jsonb_build_array(t.line(dear))))) = id as done from b, it \gset

select is(t.code(t.ask('cancel', id, '{"lines": null}', key => 'again')), 'CHANGE_IN_PROGRESS',
    'is refused for now') from b;
select is(t.code(t.ask('refund', id, '{"amount_minor": null, "currency": null}', t.actor())), 'CHANGE_IN_PROGRESS',
    'a refund too') from b;
select is(t.code(t.ask('complete', id, '{"no_show": false}', t.actor())), 'CHANGE_IN_PROGRESS',
    'completing too') from b;
select t.settle(id) is null as done from b \gset
select is(t.code(t.ask('cancel', id, '{"lines": null}', key => 'again')), 'OK', 'and may be asked for again') from b;
select t.settle(id) is null as done from b \gset
select t.expect_invariants();

select * from finish();
rollback;
