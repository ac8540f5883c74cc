drop view if exists invariant.money_mismatch;
create view invariant.money_mismatch as
select p.organiser_id, p.booking_id, p.status, b.status as booking_status, b.owed_minor, p.captured_minor,
       p.refunded_minor, coalesce(gateway.net_minor, 0) as gateway_net_minor
from payment.payment p
join booking.booking b on b.organiser_id = p.organiser_id and b.id = p.booking_id
left join (
    select l."authorization",
           sum(case l.operation when 'CAPTURE' then l.amount_minor when 'REFUND' then -l.amount_minor end) as net_minor
    from simulator.ledger l
    where l.operation in ('CAPTURE', 'REFUND') and l.reference is not null
    group by l."authorization"
) gateway on gateway."authorization" = p."authorization"
where not saga.is_accounted_for(p.booking_id)
  and b.status <> 'PENDING'
  and (p.captured_minor - p.refunded_minor <> b.owed_minor
       or p.captured_minor - p.refunded_minor <> coalesce(gateway.net_minor, 0));
comment on view invariant.money_mismatch is 'What was captured and not refunded is what the booking owes in its state, by our books and by the gateways.';
grant select on invariant.money_mismatch to holdfast_report;
