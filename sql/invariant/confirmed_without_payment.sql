drop view if exists invariant.confirmed_without_payment;
create view invariant.confirmed_without_payment as
select b.organiser_id, b.id as booking_id, b.status, p.status as payment_status
from booking.booking b
left join payment.payment p on p.organiser_id = b.organiser_id and p.booking_id = b.id
where b.status in ('CONFIRMED', 'COMPLETED') and b.total_minor > 0
  and not saga.is_accounted_for(b.id)
  and p.status is distinct from 'CAPTURED';
comment on view invariant.confirmed_without_payment is 'Every confirmed or completed booking that costs something was captured, or its saga is about to.';
grant select on invariant.confirmed_without_payment to holdfast_report;
