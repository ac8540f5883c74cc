create or replace function booking.fail_change(booking_id uuid, detail text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    change booking.change;
    back record;
begin
    update booking.change c set state = 'FAILED', ended_at = clock_timestamp()
    where c.booking_id = fail_change.booking_id and c.state = 'UNDER_WAY' returning * into change;
    if change.id is null then
        return;
    end if;

    with released as (
        -- Ended without ever having been part of the booking, so that the lines of the next change are told from these.
        update booking.line l set active = false, until_version = b.version + 1
        from booking.booking b
        where l.organiser_id = change.organiser_id and l.booking_id = change.booking_id and l.active
          and l.since_version is null and b.organiser_id = l.organiser_id and b.id = l.booking_id
        returning l.booking_id, l.slot_id, l.quantity, l.seats
    )
    select array_agg(r.booking_id) as booking_ids, array_agg(r.slot_id) as slot_ids,
           array_agg(r.quantity) as quantities,
           jsonb_agg(jsonb_build_object('slot_id', r.slot_id, 'seats', r.seats))
               filter (where r.seats is not null) as seated
    into back from released r;
    perform inventory.release_seats(change.booking_id,
        array(select x::integer from jsonb_array_elements_text(s -> 'seats') x), (s ->> 'slot_id')::uuid)
    from jsonb_array_elements(back.seated) s;
    perform inventory.move(back.booking_ids, back.slot_ids, back.quantities, 'held', 'available');
    perform booking.record_event(change.booking_id, 'booking.change_failed', 'SYSTEM', 'saga',
        jsonb_strip_nulls(jsonb_build_object('changeId', change.id, 'detail', detail)));
end
$$;
comment on function booking.fail_change(uuid, text) is 'Gives up the change of a booking that is locked with its slots: the new places go back, the booking stays what it was. Nothing happens when the change is over already.';
