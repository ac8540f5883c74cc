create or replace function booking.guard(command jsonb, target booking.booking) returns jsonb
language sql stable set search_path = '' as $$
    select case
        when target.id is null or not booking.may_see(command -> 'actor', target.organiser_id, target.customer_id) then
            holdfast.refuse('NOT_FOUND', 'There is no such booking.', array['bookingId'])
        when (command ->> 'expected_version')::integer <> target.version then
            holdfast.refuse('STALE_VERSION', format('The booking is at version %s.', target.version),
                array['expectedVersion'], target.id)
    end
$$;
comment on function booking.guard(jsonb, booking.booking) is 'Why this actor may not touch this locked booking with this command; null when it may.';
