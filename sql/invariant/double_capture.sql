drop view if exists invariant.double_capture;
create view invariant.double_capture as
select s.gateway, s."authorization", count(*) as captures
from payment.statement s
where s.kind = 'CAPTURE' and s.verdict <> 'FOREIGN'
group by s.gateway, s."authorization"
having count(*) > 1
union all
select o.gateway, p."authorization", count(*)
from payment.operation o
join payment.payment p on p.organiser_id = o.organiser_id and p.id = o.payment_id
where o.kind = 'CAPTURE' and o.state = 'SUCCEEDED'
group by o.gateway, p.organiser_id, p.id, p."authorization"
having count(*) > 1;
comment on view invariant.double_capture is 'No authorization was captured twice, by the gateways'' own lists and by our books.';
grant select on invariant.double_capture to holdfast_report;
