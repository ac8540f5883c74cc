drop view if exists reporting.saga_step;
create view reporting.saga_step as
select p.organiser_id, p.saga_id, s.kind, p.seq, p.step, d.action, p.result, p.detail, p.worker, p.began_at, p.at
from saga.step p
join saga.saga s on s.organiser_id = p.organiser_id and s.id = p.saga_id
left join saga.definition d on d.kind = s.kind and d.step = p.step;
comment on view reporting.saga_step is 'The history of every saga, step by step.';
grant select on reporting.saga_step to holdfast_report;
