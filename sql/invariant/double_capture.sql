drop view if exists invariant.double_capture;
create view invariant.double_capture as
select l."authorization", count(*) as captures
from simulator.ledger l
where l.operation = 'CAPTURE' and l.reference is not null
group by l."authorization"
having count(*) > 1;
comment on view invariant.double_capture is 'No authorization was captured twice, by the books of the gateway.';
grant select on invariant.double_capture to holdfast_report;
