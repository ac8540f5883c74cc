drop view if exists reporting.reconciliation cascade;
create view reporting.reconciliation as
select o.organiser_id, p.booking_id, l.gateway, l.reference, l.kind, o.gateway_key as operation_key, l.verdict,
       'NONE' as handling, l.amount_minor, case l.kind when 'VOID' then l.amount_minor else o.amount_minor end as expected_minor,
       0::bigint as difference_minor, l.currency, l.happened_at, l.fetched_at as found_at
from payment.statement l
join payment.operation o on o.id = l.operation_id
left join payment.payment p on p.organiser_id = o.organiser_id and p.id = o.payment_id
where l.verdict = 'MATCHED'
union all
select d.organiser_id, d.booking_id, d.gateway, d.reference, d.kind, d.operation_key, d.verdict, d.handling,
       d.amount_minor, d.expected_minor, d.amount_minor - d.expected_minor, d.currency, d.happened_at, d.found_at
from payment.all_differences() d;
comment on view reporting.reconciliation is 'What the gateways'' own lists say, line by line, against our operations: MATCHED, OVER, UNDER, ORPHANED (theirs and not ours), FOREIGN (none of ours), MISSING (ours and not theirs); amounts in minor units, theirs minus ours, and what is done about a difference.';
grant select on reporting.reconciliation to holdfast_report;
