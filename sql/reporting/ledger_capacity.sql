drop view if exists reporting.ledger_capacity;
create view reporting.ledger_capacity as
select t.organiser_id, t.slot_id, a.account, sum(a.quantity)::bigint as balance
from inventory.transfer t
cross join lateral (values (t.debit, t.quantity), (t.credit, -t.quantity)) a (account, quantity)
group by t.organiser_id, t.slot_id, a.account;
comment on view reporting.ledger_capacity is 'The places in each account of a slot, came minus went: available, aside, held and sold; `capacity` is where they come from, so that a slot sums to zero.';
grant select on reporting.ledger_capacity to holdfast_report;
