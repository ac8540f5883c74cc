begin;
\i tests/sql/helpers.sql
select plan(8);

-- What a booking was at its present version is what it is, whatever became of it.
create function pg_temp.told(booking_id uuid) returns jsonb language sql as $$
    select booking.document(b, b.version) from booking.booking b where b.id = booking_id
$$;
create temp table it as select t.slot(t.listing(fields => jsonb_build_object('rate_plans', jsonb_build_array(
    t.plan('flexible', '[[24, 50, 100]]'))))) as slot;
create temp table b (name text, id uuid);
insert into b select 'held', t.book(slot) from it;
insert into b select 'lapsed', t.book(slot) from it;
insert into b select 'paid', t.book_paid(slot, 2) from it;
insert into b select 'cancelled', t.book_paid(slot, 1) from it;
insert into b select 'declined', t.book(slot, fields => '{"payment_method": "pm_card_chargeDeclined"}') from it;
insert into b select 'unknown', t.book(slot, fields => '{"payment_method": "pm_card_visa"}') from it;
insert into b select 'under way', t.book(slot, fields => '{"payment_method": "pm_card_visa"}') from it;
insert into b select 'capture declined', t.book(slot, fields => '{"payment_method": "pm_sim_captureDeclined"}') from it;

do $$ begin
    perform t.lapse(id) from b where name = 'lapsed';
    perform booking.expire_holds('100');
    perform t.cancel(id) from b where name = 'cancelled';
    perform t.settle(id) from b where name in ('cancelled', 'declined', 'capture declined');
    perform t.play(id, 'UNKNOWN') from b where name = 'unknown';
    perform t.play(id, 'DONE') from b where name = 'under way';
end $$;

select is(pg_temp.told(id), t.document(id), format('%s: %s, %s', name, t.status(id), t.payments(id))) from b;

select * from finish();
rollback;
