drop view if exists reporting.booking;
create view reporting.booking as
select b.organiser_id, b.id as booking_id, b.reference, b.customer_id, b.status, b.reason, b.currency,
       b.total_minor, b.owed_minor, coalesce(p.captured_minor, 0) as captured_minor,
       coalesce(p.refunded_minor, 0) as refunded_minor, coalesce(p.payments, 0) as payments,
       p.status as payment_status, b.version, b.created_at, b.updated_at
from booking.booking b
left join (
    select p.organiser_id, p.booking_id, count(*) as payments, sum(p.captured_minor)::bigint as captured_minor,
           sum(p.refunded_minor)::bigint as refunded_minor,
           (array_agg(p.status order by p.number desc))[1] as status
    from payment.payment p
    group by p.organiser_id, p.booking_id
) p on p.organiser_id = b.organiser_id and p.booking_id = b.id;
comment on view reporting.booking is 'One row per booking, with what was captured and refunded over all its payments, and the status of the last of them; amounts in minor units of its currency.';
grant select on reporting.booking to holdfast_report;
