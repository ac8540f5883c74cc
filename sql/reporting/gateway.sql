drop view if exists reporting.gateway;
create view reporting.gateway as
select g.code, g.weight, g.currencies, g.paused_at, g.paused_by, h.worker, h.state as breaker, h.reported_at
from payment.gateway g
left join payment.gateway_health h on h.gateway = g.code and h.reported_at > clock_timestamp() - interval '10 seconds';
comment on view reporting.gateway is 'Every gateway, a row for each worker that reports on it.';
grant select on reporting.gateway to holdfast_report;
