create or replace function booking.cancel_slot_bookings(batch jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    under_way constant uuid[] := array(
        select c.slot_id from booking.slot_cancellation c where c.state = 'RUNNING' order by c.id);
    candidates uuid[] := '{}';
    changes jsonb;
    cancelled integer := 0;
begin
    if cardinality(under_way) = 0 then
        return next to_jsonb(0);
        return;
    end if;
    for try in 1 .. 5 loop
        begin
            -- A booking whose change is under way is passed over until that is over, which takes ten minutes at most.
            candidates := array(
                select distinct c from unnest(under_way) s
                cross join lateral unnest(booking.bookings_in(s)) c
                where not booking.has_change(c)
                order by c limit batch::integer);
            perform booking.lock_with_slots(candidates);
            exit;
        exception when serialization_failure then
            -- Many move away from a slot that is cancelled. The way back lets go of the locks, for another look.
            candidates := '{}';
        end;
    end loop;
    select jsonb_agg(jsonb_build_object(
        'booking_id', b.id, 'reason', 'SLOT_CANCELLED', 'actor_role', 'SYSTEM', 'actor_id', 'slot-cancellation',
        'owed_minor', 0, 'kept_minor', 0) order by b.id)
    into changes
    from booking.booking b
    where b.id = any (candidates) and b.status in ('PENDING', 'CONFIRMED') and not booking.has_change(b.id)
      and exists (select from booking.line l where l.organiser_id = b.organiser_id and l.booking_id = b.id
                  and l.active and l.slot_id = any (under_way));
    if changes is not null then
        cancelled := booking.cancel_each(changes);
    end if;
    perform booking.note_progress(s) from unnest(under_way) s;
    return next to_jsonb(cancelled);
end
$$;
comment on function booking.cancel_slot_bookings(jsonb) is 'Cancels bookings of cancelled slots and refunds them in full, at most `batch` of them; gives their number. Many workers may do so at once, and whoever stops half-way is followed by the next.';
grant execute on function booking.cancel_slot_bookings(jsonb) to holdfast_worker;
