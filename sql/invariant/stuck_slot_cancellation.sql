drop view if exists invariant.stuck_slot_cancellation;
create view invariant.stuck_slot_cancellation as
select c.organiser_id, c.id as slot_cancellation_id, c.slot_id, c.state, c.bookings, c.cancelled, still.bookings as left_over
from booking.slot_cancellation c
join inventory.slot s on s.organiser_id = c.organiser_id and s.id = c.slot_id
cross join lateral (
    select count(distinct l.booking_id) as bookings
    from booking.line l
    join booking.booking b on b.organiser_id = l.organiser_id and b.id = l.booking_id
    where l.slot_id = c.slot_id and l.active and b.status in ('PENDING', 'CONFIRMED')
) still
where s.state <> 'CANCELLED'
   or c.state = 'DONE' and still.bookings > 0
   or c.state = 'RUNNING' and still.bookings = 0 and c.started_at < statement_timestamp() - interval '60 seconds';
comment on view invariant.stuck_slot_cancellation is 'A slot whose cancelling is done has no booking left, and one that has none left is soon done.';
grant select on invariant.stuck_slot_cancellation to holdfast_report;
