begin;
\i tests/sql/helpers.sql
select plan(5);

-- Two of four places are free, which is too little for the first in the queue.
select t.slot(t.listing(), 4) as slot \gset
select t.book(:'slot', 2);
select t.accepted(t.join(:'slot', 3, 'berta')) as large \gset
select t.accepted(t.join(:'slot', 2, 'carl')) as small \gset

select is(t.places(:'slot'), '2 taken, 2 aside, 5 waiting of 4', 'what is enough for the second is set aside for it');
select is(t.code(t.try_book(t.line(:'slot'), 'dora')), 'SOLD_OUT', 'nobody overtakes');
select is(t.serve(), 1, 'joining brought the message');
select is(t.status(t.offered(:'small')), 'PENDING', 'who fits is served, for the place in front does not fit');
select is(t.places(:'slot'), '4 taken, 0 aside, 3 waiting of 4', 'who does not fit keeps its place');

select * from finish();
rollback;
