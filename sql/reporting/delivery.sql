drop view if exists reporting.delivery;
create view reporting.delivery as
select d.organiser_id, d.id as delivery_id, d.event_id, d.booking_id, d.message, d.channel, d.recipient_kind, d.recipient_id,
       d.state, d.attempts, d.repeats, d.planned_at, d.due_at, d.give_up_at, d.ended_at,
       (select a.status_code from notification.attempt a
        where a.organiser_id = d.organiser_id and a.delivery_id = d.id order by a.number desc limit 1) as last_status_code
from notification.delivery d;
comment on view reporting.delivery is 'Who was told of what by which way in the last 90 days, and what came of it; no address, and no answer that could quote one.';
grant select on reporting.delivery to holdfast_report;
