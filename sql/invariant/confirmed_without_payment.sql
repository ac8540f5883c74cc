drop view if exists invariant.confirmed_without_payment;
create view invariant.confirmed_without_payment as
select b.organiser_id, b.id as booking_id, b.status, b.total_minor, b.owed_minor
from booking.booking b
where b.status in ('CONFIRMED', 'COMPLETED') and b.total_minor > 0
  -- What was captured may have been given back since, by a policy or by an operator.
  and not exists (
      select from payment.payment p
      where p.organiser_id = b.organiser_id and p.booking_id = b.id
        and p.status in ('CAPTURED', 'PARTIALLY_REFUNDED', 'REFUNDED'))
  and not saga.is_accounted_for(b.id);
comment on view invariant.confirmed_without_payment is 'Every confirmed or completed booking that costs something was captured, or its saga is about to.';
grant select on invariant.confirmed_without_payment to holdfast_report;
