create or replace function booking.cancel_slot_bookings(cancellation_id uuid, batch integer) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
    of_slot constant uuid := (select c.slot_id from booking.slot_cancellation c where c.id = cancellation_id);
    candidates uuid[] := '{}';
    changes jsonb;
    cancelled integer := 0;
begin
    for try in 1 .. 5 loop
        begin
            -- A booking whose change is under way is passed over until that is over, which takes ten minutes at most.
            candidates := array(
                select c from unnest(booking.bookings_in(of_slot)) c
                where not booking.has_change(c) order by c limit batch);
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
                  and l.active and l.slot_id = of_slot);
    if changes is not null then
        cancelled := booking.cancel_each(changes);
        if cancelled = 0 then
            raise exception 'none of % bookings of slot % could be cancelled', jsonb_array_length(changes), of_slot;
        end if;
    end if;
    if booking.note_progress(of_slot) then
        return 'DONE';
    end if;
    return case when cancelled > 0 then 'AGAIN' else 'LATER' end;
end
$$;
comment on function booking.cancel_slot_bookings(uuid, integer) is 'Cancels the next bookings of a cancelled slot, at most `batch`, and refunds them in full: DONE when none is left, AGAIN when there are more, LATER when a change of those that are left is under way. Fails when there are some and not one could be cancelled.';
