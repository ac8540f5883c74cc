begin;
\i tests/sql/helpers.sql
select plan(2);

create temp table it as select t.slot(t.listing(), 5) as slot, t.seated_slot(t.listing(), t.hall(2, 3), 31) as hall;
do $$ begin
    perform t.book(slot, 2), t.book_lines(t.line(hall, 4), 'berta') from it;
end $$;

select results_eq(
    'select admission, capacity, taken, set_aside, available, waiting from reporting.slot order by starts_at',
    $$ values ('QUOTA', 5, 2, 0, 3, 0), ('SEATED', 6, 4, 0, 2, 0) $$, 'places that are counted, and seats');
select results_eq(
    'select cardinality(seats), price_class, since_version, until_version, active from reporting.line order by starts_at',
    $$ values (null, null, 1, null::integer, true), (4, 'normal', 1, null, true) $$, 'and the lines that take them');

select * from finish();
rollback;
