drop view if exists reporting.operator_action;
create view reporting.operator_action as
select a.id as action_id, a.at, a.actor_id, a.action, a.subject, a.argument, a.outcome #>> '{refusal,code}' as refusal
from holdfast.audit a;
comment on view reporting.operator_action is 'What operators did, and what was refused them.';
grant select on reporting.operator_action to holdfast_report;
