drop view if exists reporting.dead_letter;
create view reporting.dead_letter as
select d.organiser_id, d.id as dead_letter_id, d.source, d.cause, d.saga_id, d.booking_id, d.queue, d.gateway,
       d.reference, d.detail, d.safe_actions, d.state, d.opened_at, d.closed_at, d.closed_by, d.note
from saga.dead_letter d;
comment on view reporting.dead_letter is 'The operators'' inbox, what is closed included.';
grant select on reporting.dead_letter to holdfast_report;
