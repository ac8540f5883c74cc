create or replace function booking.place_offer(entry booking.waitlist_entry, offer jsonb) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
    outcome jsonb;
begin
    select p.outcomes[1] into outcome
    from booking.place_drafts(jsonb_build_array(offer), array[null]::jsonb[], array[1]) p;
    if outcome -> 'refusal' = 'null' then
        perform booking.end_waiting(entry, 'OFFERED', booking_id => (outcome ->> 'id')::uuid);
        return true;
    end if;
    -- What may succeed later keeps its place; for whom it never will, makes way.
    if not holdfast.is_retryable(outcome) then
        perform booking.end_waiting(entry, 'CLOSED', outcome #>> '{refusal,code}');
    end if;
    return false;
end
$$;
comment on function booking.place_offer(booking.waitlist_entry, jsonb) is 'Books the places of an entry whose turn has come; the customer''s limit and the slot are locked. False when it was refused: the entry is closed, unless it may succeed later.';
