drop view if exists reporting.slot;
create view reporting.slot as
select s.organiser_id, l.slug as listing, s.id as slot_id, s.starts_at, s.ends_at,
       s.starts_at at time zone l.time_zone as starts_at_local, s.state, s.admission, s.price_minor, l.currency,
       s.capacity, s.taken + coalesce(e.taken, 0) as taken, s.set_aside + coalesce(e.set_aside, 0) as set_aside,
       s.capacity - s.taken - s.set_aside - coalesce(e.taken + e.set_aside, 0) as available, s.waiting
from inventory.slot s
join inventory.listing l on l.organiser_id = s.organiser_id and l.id = s.listing_id
left join (
    select t.slot_id, count(t.booking_id)::integer as taken, (count(*) filter (where t.set_aside))::integer as set_aside
    from inventory.seat t
    group by t.slot_id
) e on e.slot_id = s.id;
comment on view reporting.slot is 'One row per slot, with its places, counted or seated: taken, set aside for the waiting list, free for anybody, and asked for by the waiting list; amounts in minor units of its currency.';
grant select on reporting.slot to holdfast_report;
