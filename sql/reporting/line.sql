drop view if exists reporting.line;
create view reporting.line as
select l.organiser_id, l.booking_id, l.line_no, l.slot_id, i.slug as listing, l.starts_at, l.quantity, l.rate_plan,
       l.price_class, l.seats, l.list_price_minor, l.unit_price_minor, l.quantity * l.unit_price_minor as amount_minor,
       l.since_version, l.until_version, l.active
from booking.line l
join inventory.listing i on i.organiser_id = l.organiser_id and i.id = l.listing_id;
comment on view reporting.line is 'One row per line that a booking has or had: part of it from since_version until before until_version (null: still), never when since_version is null; `active` while its places count as taken.';
grant select on reporting.line to holdfast_report;
