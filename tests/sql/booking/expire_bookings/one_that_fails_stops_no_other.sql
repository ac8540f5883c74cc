begin;
\i tests/sql/helpers.sql
select plan(8);

create temp table it as select t.slot(t.listing(), 3) as slot;
create temp table b as
select t.book(slot, 1, 'anna') as anna, t.book(slot, 1, 'berta') as berta, t.book(slot, 1, 'carl') as carl from it;
select t.lapse(anna) is null as one, t.lapse(berta) is null as two from b \gset
set local client_min_messages = error;

-- Its event can't be written.
create function pg_temp.fail() returns trigger language plpgsql as $$
begin
    raise exception 'a test wants it so';
end
$$;
select format('create trigger fails before insert on booking.event for each row when (new.booking_id = %L)
    execute function pg_temp.fail()', anna) from b \gexec

select is(booking.expire_holds('10'), '1', 'the others of a sweep are expired');
select is(t.statuses(), 'anna PENDING, berta CANCELLED EXPIRED, carl PENDING', 'by themselves');
select is(t.places(slot), '2 taken, 0 aside, 0 waiting of 3', 'and their places are free') from it;
select t.lapse(carl) is null as done from b \gset
select is(t.code(t.try_book(t.line(slot, 2), 'dora')), 'OK', 'a sale gets the places of those that can be expired')
from it;
select is(t.code(t.try_book(t.line(slot, 1), 'emil')), 'SOLD_OUT', 'and no others') from it;
drop trigger fails on booking.event;
select is(booking.expire_holds('10'), '1', 'once it can be, it is');
select is(t.status(anna), 'CANCELLED EXPIRED', 'expired') from b;
select t.expect_invariants();

select * from finish();
rollback;
