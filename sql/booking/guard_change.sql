create or replace function booking.guard_change(command jsonb, target booking.booking) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
    return coalesce(booking.guard(command, target), case when booking.has_change(target.id) then
        holdfast.refuse('CHANGE_IN_PROGRESS', 'A change of this booking waits for its charge.', array['bookingId'],
            target.id) end);
end
$$;
comment on function booking.guard_change(jsonb, booking.booking) is 'booking.guard for what can''t be done while a change waits for its charge.';
