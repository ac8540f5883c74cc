begin;
\i tests/sql/helpers.sql
select plan(6);

create temp table it as select t.slot(t.listing(), 2) as slot;
create temp table b as select t.book_paid(slot, 1) as one, t.book_paid(slot, 1) as two from it;
create temp table e as select t.accepted(t.join(slot, 2)) as entry from it;

select t.expect_seen('waitlist_out_of_step', 'update inventory.slot set waiting = 1', 'a counter beside its entries');
select t.expect_seen('waitlist_out_of_step', 'update inventory.slot set waiting = 0, set_aside = 0', 'a counter that forgot them');
select t.expect_seen('waitlist_out_of_step', 'update inventory.slot set capacity = 9, set_aside = 3', 'more set aside than asked for');
select t.expect_seen('waitlist_out_of_step', 'update inventory.slot set capacity = 9, set_aside = 2', 'an offer that nobody makes');
select t.expect_seen('waitlist_out_of_step', format(
    'update booking.waitlist_entry set status = ''OFFERED'', booking_id = %L', md5('none')::uuid), 'an offer without a booking');
select t.expect_invariants();

select * from finish();
rollback;
