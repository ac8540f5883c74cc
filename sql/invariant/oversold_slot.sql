drop view if exists invariant.oversold_slot;
create view invariant.oversold_slot as
with lines as (
    select l.slot_id, sum(l.quantity) as quantity from booking.line l where l.active group by l.slot_id
), named as (
    select l.organiser_id, l.slot_id, l.booking_id, l.line_no, n.seat_no
    from booking.line l cross join lateral unnest(l.seats) n (seat_no)
    where l.active
), claimed as (
    select s.organiser_id, s.slot_id, s.booking_id, s.seat_no from inventory.seat s where s.booking_id is not null
), seats as (
    select s.slot_id, count(*) as seats, count(s.booking_id) as claimed from inventory.seat s group by s.slot_id
)
select s.organiser_id, s.id as slot_id, null::integer as seat_no, 'more places than there are' as fault
from inventory.slot s
left join lines l on l.slot_id = s.id
where s.taken + s.set_aside > s.capacity or l.quantity > s.capacity
union all
select s.organiser_id, s.id, null, 'the counter is not the sum of the lines'
from inventory.slot s
left join lines l on l.slot_id = s.id
where s.admission = 'QUOTA' and s.taken <> coalesce(l.quantity, 0)
union all
select s.organiser_id, s.id, null, 'the seats are not as many as the lines and the capacity say'
from inventory.slot s
left join lines l on l.slot_id = s.id
left join seats e on e.slot_id = s.id
where s.admission = 'SEATED'
  and (coalesce(e.claimed, 0) <> coalesce(l.quantity, 0) or coalesce(e.seats, 0) <> s.capacity)
union all
select n.organiser_id, n.slot_id, n.seat_no, 'a seat in two lines'
from named n
group by n.organiser_id, n.slot_id, n.seat_no
having count(*) > 1
union all
select coalesce(n.organiser_id, c.organiser_id), coalesce(n.slot_id, c.slot_id), coalesce(n.seat_no, c.seat_no),
       case when c.seat_no is null then 'a line names a seat that its booking does not have'
            else 'a booking has a seat that none of its lines names' end
from named n
full join claimed c on c.slot_id = n.slot_id and c.seat_no = n.seat_no and c.booking_id = n.booking_id
where n.seat_no is null or c.seat_no is null;
comment on view invariant.oversold_slot is 'No slot has more places taken than it has, and its counter is the sum of its active lines; no seat is sold twice, and bookings and seats name each other.';
grant select on invariant.oversold_slot to holdfast_report;
