create or replace function booking.end_waiting(
    entry booking.waitlist_entry, status text, reason text default null, booking_id uuid default null)
returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    update booking.waitlist_entry e
    set status = end_waiting.status, reason = end_waiting.reason, booking_id = end_waiting.booking_id,
        version = e.version + 1, updated_at = clock_timestamp()
    where e.organiser_id = entry.organiser_id and e.id = entry.id and e.status = 'WAITING';
    if not found then
        raise exception 'entry % does not wait', entry.id using errcode = 'HF003';
    end if;
    perform inventory.change_waiting(entry.slot_id, -entry.quantity);
end
$$;
comment on function booking.end_waiting(booking.waitlist_entry, text, text, uuid) is 'Takes an entry whose slot is locked exclusively out of the queue: OFFERED a booking, LEFT, or CLOSED for a reason. Places set aside are left to the caller.';
