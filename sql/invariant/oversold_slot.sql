drop view if exists invariant.oversold_slot;
create view invariant.oversold_slot as
select s.organiser_id, s.id as slot_id, s.capacity, s.taken, coalesce(lines.quantity, 0) as in_lines
from inventory.slot s
left join (
    select l.slot_id, sum(l.quantity) as quantity from booking.line l where l.active group by l.slot_id
) lines on lines.slot_id = s.id
where s.taken > s.capacity or s.taken <> coalesce(lines.quantity, 0);
comment on view invariant.oversold_slot is 'No slot has more places taken than it has, and its counter is the sum of its active lines.';
grant select on invariant.oversold_slot to holdfast_report;
