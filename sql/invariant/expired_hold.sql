drop view if exists invariant.expired_hold;
create view invariant.expired_hold as
select b.organiser_id, b.id as booking_id, b.expire_due_at
from booking.booking b
where b.status = 'PENDING' and b.expire_due_at < statement_timestamp() - interval '30 seconds';
comment on view invariant.expired_hold is 'No hold is more than 30 seconds past its end and still holding.';
grant select on invariant.expired_hold to holdfast_report;
