create or replace function booking.guard_leaving(command jsonb, entry booking.waitlist_entry) returns jsonb
language sql stable security definer set search_path = '' as $$
    select case
        when entry.id is null or not booking.may_see(command -> 'actor', entry.organiser_id, entry.customer_id) then
            holdfast.refuse('NOT_FOUND', 'There is no such entry.', array['entryId'])
        when (command ->> 'expected_version')::integer <> entry.version then
            holdfast.refuse('STALE_VERSION', format('The entry is at version %s.', entry.version),
                array['expectedVersion'], entry.id)
        when entry.status = 'OFFERED' then
            holdfast.refuse('INVALID_STATE', 'The places were offered already: cancel the booking instead.',
                array['entryId'], entry.id)
        when entry.status <> 'WAITING' then
            holdfast.refuse('INVALID_STATE', 'The entry waits no longer.', array['entryId'], entry.id)
    end
$$;
comment on function booking.guard_leaving(jsonb, booking.waitlist_entry) is 'Why this actor may not take this entry, whose slot is locked, out of the queue; null when it may.';
