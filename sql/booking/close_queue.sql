create or replace function booking.close_queue(of_slot uuid, reason text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    perform booking.end_waiting(e, 'CLOSED', close_queue.reason)
    from booking.waitlist_entry e
    where e.slot_id = of_slot and e.status = 'WAITING';
    perform booking.trim_set_aside(of_slot);
end
$$;
comment on function booking.close_queue(uuid, text) is 'Sends home all who wait for a slot that is locked exclusively, and gives back what was set aside for them.';
