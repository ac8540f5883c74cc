create or replace function booking.lock_with_slots(
    booking_ids uuid[], further_slots uuid[] default '{}', also_bookings uuid[] default '{}')
returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    slot_ids constant uuid[] := array(
        -- Booking by booking, or all lines that are active would be read by a plan of a young database.
        select l.slot_id from unnest(booking_ids) b (id)
        cross join lateral (select l.slot_id from booking.line l where l.booking_id = b.id and l.active offset 0) l
        union
        select unnest(further_slots));
begin
    perform inventory.lock_slots(slot_ids);
    perform booking.lock(booking_ids || also_bookings);
    -- While this waited, a change may have given one of them places of another slot. It is too late to lock that one
    -- in order: the whole call begins again.
    if exists (
        select from unnest(booking_ids) b (id)
        cross join lateral (select l.slot_id from booking.line l where l.booking_id = b.id and l.active offset 0) l
        where l.slot_id <> all (slot_ids)) then
        raise exception 'a booking has moved to another slot meanwhile' using errcode = 'serialization_failure';
    end if;
end
$$;
comment on function booking.lock_with_slots(uuid[], uuid[], uuid[]) is 'Locks bookings and every slot that they hold places of, in the lock order: slots by id, then bookings by id. `further_slots` and `also_bookings` (whose slots are left alone) are locked along with them. Fails as a serialisation failure, which callers answer by calling again, when one of them has moved to another slot meanwhile.';
