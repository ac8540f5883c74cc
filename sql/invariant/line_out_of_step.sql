drop view if exists invariant.line_out_of_step;
create view invariant.line_out_of_step as
select l.organiser_id, l.booking_id, l.line_no, b.status, l.active, l.since_version, l.until_version
from booking.line l
join booking.booking b on b.organiser_id = l.organiser_id and b.id = l.booking_id
left join booking.change c on c.booking_id = l.booking_id and c.state = 'UNDER_WAY'
where l.active <> (l.until_version is null
                   and case when l.since_version is null then c.id is not null else b.status <> 'CANCELLED' end)
   or l.since_version > b.version
   or l.until_version > b.version
   or l.until_version <= l.since_version
union all
select b.organiser_id, b.id, null, b.status, null, null, null
from booking.booking b
left join (
    select l.organiser_id, l.booking_id, sum(l.quantity * l.unit_price_minor) as total_minor
    from booking.line l
    where l.since_version is not null and l.until_version is null
    group by l.organiser_id, l.booking_id
) lines on lines.organiser_id = b.organiser_id and lines.booking_id = b.id
where b.total_minor is distinct from lines.total_minor;
comment on view invariant.line_out_of_step is 'The lines of a booking count as taken exactly while they are part of it, or of its change under way, and it is not cancelled; together they cost what the booking says.';
grant select on invariant.line_out_of_step to holdfast_report;
