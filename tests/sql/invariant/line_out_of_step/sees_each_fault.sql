begin;
\i tests/sql/helpers.sql
select plan(7);

do $$ declare slot constant uuid := t.slot(t.listing()); begin
    perform t.book(slot), t.cancel(t.book_paid(slot, 1, 'berta'));
    perform t.settle_all();
end $$;

select t.expect_seen('line_out_of_step', 'update booking.line set active = false where active', 'places let go of by a booking that stands');
select t.expect_seen('line_out_of_step', 'update booking.line set active = true where not active', 'places kept by a cancelled booking');
select t.expect_seen('line_out_of_step', 'update booking.line set since_version = null where active', 'places of a change that is not there');
select t.expect_seen('line_out_of_step', 'update booking.line set since_version = 99', 'a line of a version to come');
select t.expect_seen('line_out_of_step', 'update booking.line set until_version = 1, active = false', 'a line that ended before it began');
select t.expect_seen('line_out_of_step', 'update booking.booking set total_minor = total_minor + 1', 'a total that its lines do not come to');
select t.expect_invariants();

select * from finish();
rollback;
