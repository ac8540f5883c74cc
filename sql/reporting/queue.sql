drop view if exists reporting.queue;
create view reporting.queue as
select q.queue, q.paused_at, q.paused_by, q.reason,
       (d ->> 'messages')::bigint as messages, (d ->> 'oldest_seconds')::bigint as oldest_seconds
from saga.queue q
join saga.queue_depths('null') d on d ->> 'queue' = q.queue;
comment on view reporting.queue is 'Every queue: how much waits on it, and who has paused it.';
grant select on reporting.queue to holdfast_report;
grant execute on function saga.queue_depths(jsonb) to holdfast_report;
