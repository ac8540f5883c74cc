begin;
\i tests/sql/helpers.sql
select plan(2);

create temp table it as select t.seated_slot(t.listing(), t.hall(2, 2)) as slot;
select is(inventory.seat_names(slot, array[3, 2]),
    '[{"seat_no": 2, "section": "stalls", "row": "A", "label": "2"},
      {"seat_no": 3, "section": "stalls", "row": "B", "label": "1"}]', 'in the order of the plan') from it;
select is(inventory.seat_names(slot, array[9]), null, 'nothing where there is no such seat') from it;

select * from finish();
rollback;
