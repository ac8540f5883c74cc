drop view if exists reporting.slot;
create view reporting.slot as
select s.organiser_id, l.slug as listing, s.id as slot_id, s.starts_at, s.ends_at,
       s.starts_at at time zone l.time_zone as starts_at_local, s.price_minor, l.currency, s.capacity, s.taken,
       s.capacity - s.taken as available
from inventory.slot s
join inventory.listing l on l.organiser_id = s.organiser_id and l.id = s.listing_id;
comment on view reporting.slot is 'One row per slot, with its free places; amounts in minor units of its currency.';
grant select on reporting.slot to holdfast_report;
