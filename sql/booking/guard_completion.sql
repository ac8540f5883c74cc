create or replace function booking.guard_completion(command jsonb, target booking.booking) returns jsonb
language sql volatile set search_path = '' as $$
    select case
        when not holdfast.may_act_for(command -> 'actor', target.organiser_id) then
            holdfast.refuse('NOT_ALLOWED', 'The organiser completes bookings.', array['bookingId'], target.id)
        when target.status <> 'CONFIRMED' then
            holdfast.refuse('INVALID_STATE', format('The booking is %s.', lower(target.status)), array['bookingId'],
                target.id)
        when clock_timestamp() < (
            select min(l.starts_at) from booking.line l
            where l.organiser_id = target.organiser_id and l.booking_id = target.id and l.active) then
            holdfast.refuse('TOO_EARLY', 'Its first slot has not begun yet.', array['bookingId'], target.id)
    end
$$;
comment on function booking.guard_completion(jsonb, booking.booking) is 'Why this booking can''t be completed now; null when it can.';
