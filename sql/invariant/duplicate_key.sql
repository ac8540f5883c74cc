drop view if exists invariant.duplicate_key;
create view invariant.duplicate_key as
select b.key_scope, b.key, count(*) as bookings
from booking.booking b
group by b.key_scope, b.key
having count(*) > 1;
comment on view invariant.duplicate_key is 'No idempotency key of one actor has made two bookings.';
grant select on invariant.duplicate_key to holdfast_report;
