drop view if exists invariant.unreconciled_money;
create view invariant.unreconciled_money as
select d.organiser_id, d.booking_id, d.gateway, d.reference, d.kind, d.verdict, d.amount_minor, d.expected_minor
from payment.all_differences() d
left join payment.stray s on s.gateway = d.gateway and s.reference = d.reference and s.kind = d.kind
left join saga.saga g on g.subject_id = coalesce(s.id, d.booking_id) and g.ended_at is null
left join saga.dead_letter c on c.saga_id = g.id and c.state = 'OPEN'
left join payment.operation o on o.gateway = d.gateway and o.gateway_key = d.operation_key
-- Until its operation ends, nobody can say whether a line differs; who holds it against our books has a minute from then.
where greatest(d.found_at, o.closed_at) < statement_timestamp() - interval '1 minute'
  and (d.handling = 'WAITING'
       or d.handling in ('UNDER_WAY', 'FOUND') and c.id is null
          and (g.id is null or g.deadline < statement_timestamp() - interval '30 seconds'))
union all
-- What was done before the list is complete is on it, or is a case.
select o.organiser_id, p.booking_id, o.gateway, o.gateway_ref, o.kind, 'MISSING', 0, o.amount_minor
from payment.statement_cursor c
join payment.operation o on o.gateway = c.gateway and o.state = 'SUCCEEDED'
                        and o.closed_at < least(c.complete_until, statement_timestamp() - interval '1 minute') - interval '1 minute'
left join payment.payment p on p.organiser_id = o.organiser_id and p.id = o.payment_id
where not exists (select from payment.statement l where l.operation_id = o.id)
  and not exists (
      select from saga.dead_letter d
      where d.source = 'RECONCILIATION' and d.gateway = o.gateway and d.reference = o.gateway_key);
comment on view invariant.unreconciled_money is 'What a gateway''s own list and our books do not have alike for more than a minute is in the hands of a saga, or of an operator.';
grant select on invariant.unreconciled_money to holdfast_report;
