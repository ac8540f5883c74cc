drop view if exists invariant.waitlist_out_of_step;
create view invariant.waitlist_out_of_step as
with waiting as (
    select e.slot_id, sum(e.quantity) as quantity, min(e.quantity) as least
    from booking.waitlist_entry e where e.status = 'WAITING' group by e.slot_id
), aside as (
    select s.slot_id, count(*) as quantity from inventory.seat s where s.set_aside group by s.slot_id
), slot as (
    select s.organiser_id, s.id as slot_id, s.waiting, coalesce(w.quantity, 0) as in_entries, w.least,
           s.set_aside + coalesce(a.quantity, 0) as set_aside,
           -- Places are set aside along with a message, and whoever handles it sorts out what is too much.
           exists (select from pgmq.q_waitlist m where m.message ->> 'slot_id' = s.id::text) as is_told,
           s.state = 'OPEN' and s.starts_at > statement_timestamp() as is_ahead
    from inventory.slot s
    left join waiting w on w.slot_id = s.id
    left join aside a on a.slot_id = s.id
    where s.waiting > 0 or s.set_aside > 0 or w.slot_id is not null or a.slot_id is not null
)
select s.organiser_id, s.slot_id, null::uuid as entry_id, s.waiting, s.in_entries, s.set_aside,
       case when s.waiting <> s.in_entries then 'the counter is not the sum of the entries'
            when s.set_aside > s.waiting then 'more is set aside than is asked for'
            else 'what is set aside is offered to nobody' end as fault
from slot s
where s.waiting <> s.in_entries
   or not s.is_told and (s.set_aside > s.waiting or s.is_ahead and s.set_aside >= s.least)
union all
select e.organiser_id, e.slot_id, e.id, null, null, null, 'an offer without a booking'
from booking.waitlist_entry e
where e.status = 'OFFERED'
  and not exists (
      select from booking.line l
      where l.organiser_id = e.organiser_id and l.booking_id = e.booking_id and l.slot_id = e.slot_id);
comment on view invariant.waitlist_out_of_step is 'A slot waits for what the entries of its waiting list ask for, no more is set aside than that, and what is set aside is offered to whom it fits; every offer is a booking.';
grant select on invariant.waitlist_out_of_step to holdfast_report;
