drop view if exists reporting.booking;
create view reporting.booking as
select b.organiser_id, b.id as booking_id, b.reference, b.customer_id, b.status, b.reason, b.currency,
       b.total_minor, b.owed_minor, coalesce(p.captured_minor, 0) as captured_minor,
       coalesce(p.refunded_minor, 0) as refunded_minor, p.status as payment_status, b.version, b.created_at, b.updated_at
from booking.booking b
left join payment.payment p on p.organiser_id = b.organiser_id and p.booking_id = b.id;
comment on view reporting.booking is 'One row per booking, with what was captured and refunded; amounts in minor units of its currency.';
grant select on reporting.booking to holdfast_report;
