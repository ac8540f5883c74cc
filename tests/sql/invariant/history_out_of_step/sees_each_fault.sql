begin;
\i tests/sql/helpers.sql
select plan(6);

do $$ declare slot constant uuid := t.slot(t.listing()); begin
    perform t.book(slot), t.book_paid(slot, 1, 'berta'), t.cancel(t.book(slot, 1, 'carla'));
end $$;

select t.expect_seen('history_out_of_step', 'update booking.booking set owed_minor = owed_minor + 1', 'a debt without an event');
select t.expect_seen('history_out_of_step', 'update booking.booking set total_minor = total_minor + 1', 'a price without an event');
select t.expect_seen('history_out_of_step', 'update booking.booking set reason = ''OPERATOR'' where status = ''CANCELLED''', 'another reason');
select t.expect_seen('history_out_of_step', 'update booking.booking set extensions = 1 where status = ''PENDING''', 'a hold extended in silence');
select t.expect_seen('history_out_of_step', 'update booking.event set data = data - ''owedMinor'' where type = ''booking.created''', 'an event that says too little');
select t.expect_invariants();

select * from finish();
rollback;
