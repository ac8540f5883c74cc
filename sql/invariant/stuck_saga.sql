drop view if exists invariant.stuck_saga;
create view invariant.stuck_saga as
select s.organiser_id, s.id as saga_id, s.booking_id, s.state, s.step, s.deadline
from saga.saga s
where s.ended_at is null
  and case s.state
      when 'WAITING' then not exists (
          select from booking.booking b
          where b.organiser_id = s.organiser_id and b.id = s.booking_id and b.status = 'PENDING')
      else s.deadline < clock_timestamp()
           or not exists (select from pgmq.q_saga m where m.message ->> 'saga_id' = s.id::text)
      end;
comment on view invariant.stuck_saga is 'Every saga has ended, or is within its deadline and has a message that will move it.';
grant select on invariant.stuck_saga to holdfast_report;
