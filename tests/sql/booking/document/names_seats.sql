begin;
\i tests/sql/helpers.sql
select plan(2);

create temp table it as select t.seated_slot(t.listing(), t.hall(2, 3)) as slot;
create temp table b as select t.book_lines(t.line(slot, 2, '{"seats": [2, 3]}')) as id from it;

select is(t.document(id) #> '{lines,0,seats}',
    '[{"seat_no": 2, "section": "stalls", "row": "A", "label": "2"},
      {"seat_no": 3, "section": "stalls", "row": "A", "label": "3"}]', 'seats by the names that people find them by') from b;
select is(t.document(id) #>> '{lines,0,price_class}', 'normal', 'and their price class') from b;

select * from finish();
rollback;
