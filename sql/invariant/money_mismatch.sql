drop view if exists invariant.money_mismatch;
create view invariant.money_mismatch as
with gateway as (
    select l."authorization",
           sum(case l.operation when 'CAPTURE' then l.amount_minor when 'REFUND' then -l.amount_minor end) as net_minor
    from simulator.ledger l
    where l.operation in ('CAPTURE', 'REFUND') and l.reference is not null
    group by l."authorization"
), money as (
    select p.organiser_id, p.booking_id, sum(p.captured_minor) as captured_minor,
           sum(p.refunded_minor) as refunded_minor, coalesce(sum(g.net_minor), 0) as gateway_net_minor,
           -- Two payments that are wrong by the same amount do not make each other right.
           bool_and(p.captured_minor - p.refunded_minor = coalesce(g.net_minor, 0)) as is_the_gateways
    from payment.payment p
    left join gateway g on g."authorization" = p."authorization"
    group by p.organiser_id, p.booking_id
)
select b.organiser_id, b.id as booking_id, b.status as booking_status, b.owed_minor,
       coalesce(m.captured_minor, 0) as captured_minor, coalesce(m.refunded_minor, 0) as refunded_minor,
       coalesce(m.gateway_net_minor, 0) as gateway_net_minor
from booking.booking b
left join money m on m.organiser_id = b.organiser_id and m.booking_id = b.id
where b.status <> 'PENDING'
  and (coalesce(m.captured_minor - m.refunded_minor, 0) <> b.owed_minor or not m.is_the_gateways)
  and not saga.is_accounted_for(b.id);
comment on view invariant.money_mismatch is 'What was captured and not refunded, over all payments of a booking, is what it owes in its state, by our books and by the gateways.';
grant select on invariant.money_mismatch to holdfast_report;
