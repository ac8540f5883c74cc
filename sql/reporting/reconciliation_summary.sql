drop view if exists reporting.reconciliation_summary;
create view reporting.reconciliation_summary as
select l.gateway, l.currency, l.verdict, count(*) as lines, sum(l.amount_minor)::bigint as amount_minor,
       sum(l.expected_minor)::bigint as expected_minor, sum(l.difference_minor)::bigint as difference_minor,
       c.read_at, nullif(c.complete_until, '-infinity') as complete_until
from reporting.reconciliation l
left join payment.statement_cursor c on c.gateway = l.gateway
group by l.gateway, l.currency, l.verdict, c.read_at, c.complete_until;
comment on view reporting.reconciliation_summary is 'How many lines of each gateway agree with our books and how many do not, by currency; and how far its list was read.';
grant select on reporting.reconciliation_summary to holdfast_report;
