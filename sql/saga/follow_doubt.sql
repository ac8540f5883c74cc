create or replace function saga.follow_doubt(booking_id uuid, result text, detail text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    -- Only the first doubt is news; the operation counts the rest.
    if result = 'UNKNOWN' and payment.doubt(booking_id) then
        perform booking.record_event(booking_id, 'payment.unknown', 'SYSTEM', 'saga',
            jsonb_build_object('detail', detail));
    end if;
end
$$;
comment on function saga.follow_doubt(uuid, text, text) is 'What follows while the operation is still open: nothing is unwound and nothing repeated under a new key; it is sent again with the same one.';
