drop view if exists reporting.webhook_endpoint;
create view reporting.webhook_endpoint as
select p.organiser_id, p.id as endpoint_id, p.url, p.event_types, p.state, p.disabled_reason, p.created_at, p.updated_at
from notification.endpoint p;
comment on view reporting.webhook_endpoint is 'Where organisers want events sent to, and whether that works; no secrets.';
grant select on reporting.webhook_endpoint to holdfast_report;
