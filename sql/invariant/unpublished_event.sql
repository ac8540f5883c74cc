drop view if exists invariant.unpublished_event;
create view invariant.unpublished_event as
select b.organiser_id, b.id as booking_id, e.version, e.occurred_at
from outbox.broker k
cross join booking.booking b
left join outbox.subject s on s.kind = 'BOOKING' and s.id = b.id
join booking.event e on e.organiser_id = b.organiser_id and e.booking_id = b.id and e.version = coalesce(s.published, 0) + 1
-- Without a broker events wait in the outbox; and after an absence it may take a tenth of that to catch up.
where b.version > coalesce(s.published, 0)
  -- Only a relay says that the broker is back: when none runs any more, that it was away is no excuse.
  and (k.away_since is null or k.heard_at < statement_timestamp() - interval '1 minute')
  and e.occurred_at < statement_timestamp() - interval '1 minute'
  and k.back_at < statement_timestamp() - greatest(interval '1 minute', k.was_away_for / 10)
  and not exists (select from saga.queue q where q.queue = 'outbox' and q.paused_at is not null);
comment on view invariant.unpublished_event is 'Every event is published within a minute, or within a tenth of the broker''s absence after its end.';
grant select on invariant.unpublished_event to holdfast_report;
