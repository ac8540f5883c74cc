drop view if exists invariant.money_mismatch;
create view invariant.money_mismatch as
with money as (
    select p.organiser_id, p.booking_id, sum(p.captured_minor) as captured_minor,
           sum(p.refunded_minor) as refunded_minor,
           -- Two payments that are wrong by the same amount do not make each other right.
           bool_and(p.captured_minor = done.captured_minor and p.refunded_minor = done.refunded_minor) as is_as_done
    from payment.payment p
    cross join lateral (
        select coalesce(sum(o.amount_minor) filter (where o.kind = 'CAPTURE'), 0) as captured_minor,
               coalesce(sum(o.amount_minor) filter (where o.kind = 'REFUND'), 0) as refunded_minor
        from payment.operation o
        where o.organiser_id = p.organiser_id and o.payment_id = p.id and o.state = 'SUCCEEDED'
    ) done
    group by p.organiser_id, p.booking_id
)
select b.organiser_id, b.id as booking_id, b.status as booking_status, b.owed_minor,
       coalesce(m.captured_minor, 0) as captured_minor, coalesce(m.refunded_minor, 0) as refunded_minor
from booking.booking b
left join money m on m.organiser_id = b.organiser_id and m.booking_id = b.id
where b.status <> 'PENDING'
  and (coalesce(m.captured_minor - m.refunded_minor, 0) <> b.owed_minor or not m.is_as_done)
  and not saga.is_accounted_for(b.id);
comment on view invariant.money_mismatch is 'What was captured and not refunded, over all payments of a booking, is what it owes in its state, and what its operations did. The gateways'' side is unreconciled_money.';
grant select on invariant.money_mismatch to holdfast_report;
