drop view if exists invariant.captured_without_booking;
create view invariant.captured_without_booking as
select p.organiser_id, p.booking_id, p.captured_minor, p.refunded_minor
from payment.payment p
join booking.booking b on b.organiser_id = p.organiser_id and b.id = p.booking_id
where p.captured_minor > p.refunded_minor
  and not saga.is_accounted_for(p.booking_id)
  and not exists (
      select from booking.event e
      where e.organiser_id = b.organiser_id and e.booking_id = b.id and e.to_status = 'CONFIRMED');
comment on view invariant.captured_without_booking is 'Nothing was captured for a booking that was never confirmed.';
grant select on invariant.captured_without_booking to holdfast_report;
