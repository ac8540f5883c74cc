drop view if exists invariant.stuck_saga;
create view invariant.stuck_saga as
select s.organiser_id, s.id as saga_id, s.booking_id, s.state, s.step, s.deadline
from saga.saga s
left join booking.booking b on b.organiser_id = s.organiser_id and b.id = s.booking_id
left join (
    select distinct m.message ->> 'saga_id' as saga_id from pgmq.q_saga m
) queued on queued.saga_id = s.id::text
where s.ended_at is null
  and case s.state
      when 'WAITING' then b.status is distinct from 'PENDING'
      else s.deadline < clock_timestamp() or queued.saga_id is null
      end;
comment on view invariant.stuck_saga is 'Every saga has ended, or is within its deadline and has a message that will move it.';
grant select on invariant.stuck_saga to holdfast_report;
