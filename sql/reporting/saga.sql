drop view if exists reporting.saga;
create view reporting.saga as
select s.organiser_id, s.id as saga_id, s.kind, s.booking_id, s.state, s.step, s.failures, s.unknowns, s.in_doubt,
       s.deadline, s.created_at, s.ended_at, s.last_error
from saga.saga s;
comment on view reporting.saga is 'Every saga, with where it stands.';
grant select on reporting.saga to holdfast_report;
