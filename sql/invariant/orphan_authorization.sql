drop view if exists invariant.orphan_authorization;
create view invariant.orphan_authorization as
select p.organiser_id, p.booking_id, o.gateway_ref
from payment.operation o
join payment.payment p on p.organiser_id = o.organiser_id and p.id = o.payment_id
where o.kind = 'AUTHORIZE' and o.state = 'SUCCEEDED'
  and not exists (
      select from payment.operation e
      where e.payment_id = p.id and e.kind in ('CAPTURE', 'VOID') and e.state = 'SUCCEEDED')
  -- What has lapsed is let go of without a call.
  and not (p.status = 'VOIDED' and p.authorization_expires_at <= clock_timestamp())
  and not saga.is_accounted_for(p.booking_id);
comment on view invariant.orphan_authorization is 'No authorization that no saga is at was neither captured nor voided. What the gateways have and we don''t know is in unreconciled_money.';
grant select on invariant.orphan_authorization to holdfast_report;
