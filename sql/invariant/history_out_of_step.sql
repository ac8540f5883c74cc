drop view if exists invariant.history_out_of_step;
create view invariant.history_out_of_step as
select b.organiser_id, b.id as booking_id, b.version, b.status, told.status as told_status, b.total_minor,
       told.total_minor as told_total_minor, b.owed_minor, told.owed_minor as told_owed_minor
from booking.booking b
cross join lateral booking.as_of(b, b.version) told
where (b.status, b.reason, b.total_minor, b.owed_minor, b.hold_expires_at, b.extensions)
      is distinct from
      (told.status, told.reason, told.total_minor, told.owed_minor, told.hold_expires_at, told.extensions);
comment on view invariant.history_out_of_step is 'A booking told again from its events is the booking as it stands.';
grant select on invariant.history_out_of_step to holdfast_report;
