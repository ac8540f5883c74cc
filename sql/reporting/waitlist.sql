drop view if exists reporting.waitlist;
create view reporting.waitlist as
select e.organiser_id, e.id as entry_id, e.slot_id, i.slug as listing, s.starts_at, e.customer_id, e.quantity,
       e.rate_plan, case when e.status <> 'OFFERED' then e.status
                         when b.status = 'PENDING' then 'OFFERED'
                         when b.status = 'CANCELLED' then 'LAPSED'
                         else 'ACCEPTED' end as status,
       e.reason, case when e.status = 'WAITING' then row_number() over (
           partition by e.slot_id, e.status order by e.joined_at, e.id) end as position,
       e.booking_id, e.joined_at, e.updated_at
from booking.waitlist_entry e
join inventory.slot s on s.organiser_id = e.organiser_id and s.id = e.slot_id
join inventory.listing i on i.organiser_id = e.organiser_id and i.id = e.listing_id
left join booking.booking b on b.organiser_id = e.organiser_id and b.id = e.booking_id;
comment on view reporting.waitlist is 'One row per entry of a waiting list, with its place among those who still wait, and what became of its offer.';
grant select on reporting.waitlist to holdfast_report;
