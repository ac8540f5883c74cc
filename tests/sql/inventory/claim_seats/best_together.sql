begin;
\i tests/sql/helpers.sql
select plan(5);

create function t.seats_of(booking uuid) returns integer[] language sql volatile as $$
    select l.seats from booking.line l where l.booking_id = booking
$$;

select t.listing() as listing, t.hall(3, 6) as hall \gset
select t.seated_slot(:'listing', :'hall') as slot \gset

select is(t.seats_of(t.book(:'slot', 2)), array[3, 4],
    'the middle of the first row comes first');
select is(t.seats_of(t.book(:'slot', 2)), array[1, 2],
    'then what is left of that row');
select is(t.seats_of(t.book(:'slot', 3)), array[8, 9, 10],
    'a party that the first row can''t seat together goes to the next');
select is(t.seats_of(t.book(:'slot', 6)), array[13, 14, 15, 16, 17, 18],
    'a whole row');
select is(t.seats_of(t.book(:'slot', 4)), array[5, 6, 11, 12],
    'without neighbours enough in any row, the seats nearest together');

select * from finish();
rollback;
