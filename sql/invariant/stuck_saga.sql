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
      else queued.saga_id is null
          -- Half a minute past its deadline it stands in the operators' inbox.
          or s.deadline < statement_timestamp() - interval '30 seconds' and not exists (
              select from saga.dead_letter d where d.saga_id = s.id and d.state = 'OPEN')
      end
union all
select s.organiser_id, s.id, s.booking_id, s.state, s.step, s.deadline
from saga.saga s
where s.state = 'DEAD' and not exists (select from saga.dead_letter d where d.saga_id = s.id);
comment on view invariant.stuck_saga is 'Every saga has ended, or is within its deadline and has a message that will move it, or is an operator''s case.';
grant select on invariant.stuck_saga to holdfast_report;
