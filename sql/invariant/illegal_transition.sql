drop view if exists invariant.illegal_transition;
create view invariant.illegal_transition as
select e.organiser_id, e.booking_id as id, e.version as seq, e.from_status as from_state, e.type || ' to ' || e.to_status as step
from booking.event e
where not exists (
    select from booking.transition t
    where t.from_status is not distinct from e.from_status and t.to_status = e.to_status and t.event_type = e.type)
union all
select p.organiser_id, p.saga_id, p.seq, p.from_step, p.step
from saga.step p
join saga.saga s on s.organiser_id = p.organiser_id and s.id = p.saga_id
where not exists (
    select from saga.transition t
    where t.kind = s.kind and t.from_step is not distinct from p.from_step and t.step = p.step);
comment on view invariant.illegal_transition is 'Every step in the history of a booking and of a saga is one that the state machine has.';
grant select on invariant.illegal_transition to holdfast_report;
