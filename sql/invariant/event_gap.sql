drop view if exists invariant.event_gap;
create view invariant.event_gap as
select b.organiser_id, b.id as booking_id, b.version, e.events, e.first_version, e.last_version
from booking.booking b
left join (
    select organiser_id, booking_id, count(*) as events, min(version) as first_version, max(version) as last_version
    from booking.event group by organiser_id, booking_id
) e on e.organiser_id = b.organiser_id and e.booking_id = b.id
where (e.events, e.first_version, e.last_version) is distinct from (b.version::bigint, 1, b.version);
comment on view invariant.event_gap is 'The versions of a bookings events count from 1 to its row version without a gap.';
grant select on invariant.event_gap to holdfast_report;
