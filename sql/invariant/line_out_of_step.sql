drop view if exists invariant.line_out_of_step;
create view invariant.line_out_of_step as
select l.organiser_id, l.booking_id, l.line_no, b.status, l.active
from booking.line l
join booking.booking b on b.organiser_id = l.organiser_id and b.id = l.booking_id
where l.active = (b.status = 'CANCELLED');
comment on view invariant.line_out_of_step is 'The lines of a booking count as taken exactly while it is not cancelled.';
grant select on invariant.line_out_of_step to holdfast_report;
