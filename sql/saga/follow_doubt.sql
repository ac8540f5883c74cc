create or replace function saga.follow_doubt(target saga.saga, detail text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    -- Only the first doubt is news; the saga counts the rest.
    if target.payment_id is not null and payment.doubt(target.payment_id) then
        perform booking.record_event(target.booking_id, 'payment.unknown', 'SYSTEM', 'saga',
            jsonb_build_object('detail', detail) || payment.event_data_of(target.payment_id));
    end if;
end
$$;
comment on function saga.follow_doubt(saga.saga, text) is 'What follows while nobody knows what became of a call, whatever the kind: nothing is unwound and nothing repeated under a new key; it is looked up.';
