drop view if exists reporting.ledger_money;
create view reporting.ledger_money as
select t.organiser_id, t.currency, a.account, sum(a.amount_minor)::bigint as balance_minor,
       coalesce(sum(a.amount_minor) filter (where a.amount_minor > 0), 0)::bigint as debits_minor,
       coalesce(-sum(a.amount_minor) filter (where a.amount_minor < 0), 0)::bigint as credits_minor
from payment.transfer t
cross join lateral (values (t.debit, t.amount_minor), (t.credit, -t.amount_minor)) a (account, amount_minor)
group by t.organiser_id, t.currency, a.account;
comment on view reporting.ledger_money is 'The balance of each money account of an organiser by currency, debits minus credits, in minor units; the balances of a currency sum to zero.';
grant select on reporting.ledger_money to holdfast_report;
