drop view if exists reporting.history;
create view reporting.history as
select e.organiser_id, e.booking_id, e.version - 1 as from_version, e.version, e.occurred_at, e.type, e.from_status,
       e.to_status, e.actor_role, e.actor_id, e.reason, e.data ->> 'note' as note,
       (e.data ->> 'amountMinor')::bigint as amount_minor, (e.data ->> 'totalMinor')::bigint as total_minor,
       (e.data ->> 'owedMinor')::bigint as owed_minor, e.data
from booking.event e;
comment on view reporting.history is 'One row per change of a booking: what happened, from which version, who did it and why; amounts in minor units of the booking''s currency.';
grant select on reporting.history to holdfast_report;
