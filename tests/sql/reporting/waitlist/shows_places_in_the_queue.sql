begin;
\i tests/sql/helpers.sql
select plan(1);

create temp table it as select t.slot(t.listing(), 2) as slot;
do $$ begin
    perform t.book_paid(slot, 2) from it;
    perform t.accepted(t.join(slot, 1, 'berta')), t.accepted(t.join(slot, 2, 'carla')),
            t.accepted(t.join(slot, 1, 'dora')) from it;
    perform t.accepted(t.leave(e.id, 'berta')) from booking.waitlist_entry e where e.customer_id = 'berta';
end $$;

select results_eq(
    'select customer_id, quantity, status, position from reporting.waitlist order by joined_at, entry_id',
    $$ values ('berta', 1, 'LEFT', null::bigint), ('carla', 2, 'WAITING', 1), ('dora', 1, 'WAITING', 2) $$,
    'who waits, and at which place');

select * from finish();
rollback;
