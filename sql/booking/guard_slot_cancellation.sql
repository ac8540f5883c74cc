create or replace function booking.guard_slot_cancellation(command jsonb, slot jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return case
        when slot is null or not holdfast.may_act_for(command -> 'actor', (slot ->> 'organiser_id')::uuid) then
            holdfast.refuse('NOT_FOUND', 'There is no such slot.', array['slotId'])
        when (command ->> 'expected_version')::integer <> (slot ->> 'version')::integer then
            holdfast.refuse('STALE_VERSION', format('The slot is at version %s.', slot ->> 'version'),
                array['expectedVersion'], (slot ->> 'id')::uuid)
        when slot ->> 'state' = 'CANCELLED' then
            holdfast.refuse('INVALID_STATE', 'The slot is cancelled already.', array['slotId'], (slot ->> 'id')::uuid)
        when (slot ->> 'ends_at')::timestamptz <= clock_timestamp() then
            holdfast.refuse('INVALID_STATE', 'The slot is over.', array['slotId'], (slot ->> 'id')::uuid)
    end;
end
$$;
comment on function booking.guard_slot_cancellation(jsonb, jsonb) is 'Why this slot can''t be cancelled; null when it can.';
