drop view if exists invariant.orphan_authorization;
create view invariant.orphan_authorization as
select p.organiser_id, p.booking_id, o.gateway_ref
from payment.operation o
join payment.payment p on p.organiser_id = o.organiser_id and p.id = o.payment_id
join booking.booking b on b.organiser_id = p.organiser_id and b.id = p.booking_id
where o.kind = 'AUTHORIZE' and o.state = 'SUCCEEDED' and b.status = 'CANCELLED'
  and not saga.is_accounted_for(p.booking_id)
  and not exists (
      select from payment.operation e
      where e.payment_id = p.id and e.kind in ('CAPTURE', 'VOID') and e.state = 'SUCCEEDED')
union all
select null, null, l.reference
from simulator.ledger l
where l.operation = 'AUTHORIZE' and l.reference is not null
  and not exists (select from payment.operation o where o.gateway_key = l.key);
comment on view invariant.orphan_authorization is 'No cancelled booking has an authorization that was neither captured nor voided, and the gateway has none that we do not know.';
grant select on invariant.orphan_authorization to holdfast_report;
