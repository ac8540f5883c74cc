drop view if exists invariant.stuck_change;
create view invariant.stuck_change as
select c.organiser_id, c.id as change_id, c.booking_id, c.due_at
from booking.change c
where c.state = 'UNDER_WAY' and c.due_at < statement_timestamp() - interval '60 seconds';
comment on view invariant.stuck_change is 'No change is more than a minute past its due time and still holding places along with the old ones.';
grant select on invariant.stuck_change to holdfast_report;
