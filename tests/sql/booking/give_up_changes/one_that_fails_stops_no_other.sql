begin;
\i tests/sql/helpers.sql
select plan(5);

create temp table it as
with l as (select t.listing() as id)
select t.slot(id, 5, 30) as slot, t.slot(id, 5, 31, '{"price_minor": 15000}') as dear from l;
create temp table b as select t.book_paid(slot, 1, 'anna') as anna, t.book_paid(slot, 1, 'berta') as berta from it;
select t.accepted(t.ask('reschedule', id, jsonb_build_object(
    'payment_method', 'pm_card_visa', 'lines', jsonb_build_array(t.line(dear))))) = id as done
from it, b cross join lateral unnest(array[anna, berta]) id \g /dev/null
update booking.change set due_at = clock_timestamp() - interval '1 second';
set local client_min_messages = error;

-- Its event can't be written.
create function pg_temp.fail() returns trigger language plpgsql as $$
begin
    raise exception 'a test wants it so';
end
$$;
select format('create trigger fails before insert on booking.event for each row when (new.booking_id = %L)
    execute function pg_temp.fail()', anna) from b \gexec

select is(booking.give_up_changes('10'), '1', 'the others are given up');
select is((select array_agg(c.state || ' ' || b.customer_id order by b.customer_id)
           from booking.change c join booking.booking b on b.id = c.booking_id),
    array['UNDER_WAY anna', 'FAILED berta'], 'by themselves');
drop trigger fails on booking.event;
select is(booking.give_up_changes('10'), '1', 'it is tried again');
select t.settle_all() is null as done \gset
select is(t.places(dear), '0 taken, 0 aside, 0 waiting of 5', 'no place is held any more') from it;
select t.expect_invariants();

select * from finish();
rollback;
