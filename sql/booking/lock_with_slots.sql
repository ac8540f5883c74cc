create or replace function booking.lock_with_slots(
    booking_ids uuid[], further_slots uuid[] default '{}', also_bookings uuid[] default '{}')
returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    -- A booking's lines never change their slot, so that they can be read before anything is locked.
    perform inventory.lock_slots(array(
        select l.slot_id from booking.line l where l.booking_id = any (booking_ids) and l.active
        union
        select unnest(further_slots)));
    perform booking.lock(booking_ids || also_bookings);
end
$$;
comment on function booking.lock_with_slots(uuid[], uuid[], uuid[]) is 'Locks bookings and every slot that they hold places of, in the lock order: slots by id, then bookings by id. `further_slots` and `also_bookings` (whose slots are left alone) are locked along with them.';
