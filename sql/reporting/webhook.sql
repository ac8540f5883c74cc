drop view if exists reporting.webhook;
create view reporting.webhook as
select o.organiser_id, p.booking_id, w.gateway, w.event_id, w.type, w.state, w.detail, w.is_exceptional, w.operation_key,
       w.reference, o.kind as operation, o.state as operation_state, w.occurred_at, w.received_at, w.worked_at
from payment.webhook w
left join payment.operation o on o.gateway_key = w.operation_key
left join payment.payment p on p.organiser_id = o.organiser_id and p.id = o.payment_id;
comment on view reporting.webhook is 'What gateways told of their own accord in the last 30 days, what it was about, and what came of it.';
grant select on reporting.webhook to holdfast_report;
