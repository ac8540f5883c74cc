begin;
\i tests/sql/helpers.sql
select plan(5);

create temp table it as
with l as (select t.listing() as id), h as (select t.hall() as id)
select t.seated_slot(l.id, h.id, 30) as slot, t.seated_slot(l.id, h.id, 31, '{"price_minor": 15000}') as dear from l, h;
create temp table b as
select t.book_lines(t.line(slot, 2, '{"seats": [1, 2]}'), fields => '{"payment_method": "pm_card_visa"}') as id from it;
do $$ begin
    perform t.settle(id), t.accepted(t.ask('reschedule', id, jsonb_build_object(
        'payment_method', 'pm_card_visa', 'lines', jsonb_build_array(t.line(slot, 1), t.line(dear, 2,
            '{"seats": [1, 2]}')))))
    from b, it;
end $$;

select is(array[t.places(slot), t.places(dear)], array['2 taken, 0 aside, 0 waiting of 10',
    '2 taken, 0 aside, 0 waiting of 10'],
    'old and new seats are taken') from it;
select t.play(id, 'DECLINED:card_declined') is null as done from b \gset
select is(array[t.places(slot), t.places(dear)], array['2 taken, 0 aside, 0 waiting of 10',
    '0 taken, 0 aside, 0 waiting of 10'],
    'the new ones are free again') from it;
do $$ begin
    perform t.accepted(t.ask('reschedule', id, jsonb_build_object(
        'payment_method', 'pm_card_visa', 'lines', jsonb_build_array(t.line(slot, 1), t.line(dear, 2,
            '{"seats": [1, 2]}')))))
    from b, it;
end $$;
select t.expect_invariants('every invariant holds while the next change waits');
select t.settle(id) is null as done from b \gset
select is(array[t.places(slot), t.places(dear)], array['1 taken, 0 aside, 0 waiting of 10',
    '2 taken, 0 aside, 0 waiting of 10'],
    'then it is done') from it;
select t.expect_invariants();

select * from finish();
rollback;
