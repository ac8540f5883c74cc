create or replace function booking.guard_extension(target booking.booking) returns jsonb
language sql volatile security definer set search_path = '' as $$
    select case
        when target.status = 'CANCELLED' and target.reason = 'EXPIRED'
             or target.status = 'PENDING' and target.expire_due_at <= clock_timestamp() then
            holdfast.refuse('HOLD_EXPIRED', 'The hold has ended.', array['bookingId'], target.id)
        when target.status <> 'PENDING' then
            holdfast.refuse('INVALID_STATE', format('The booking is %s.', lower(target.status)),
                array['bookingId'], target.id)
        when booking.extensions_left(target) = 0 then
            holdfast.refuse('EXTENSIONS_USED_UP', 'The hold can''t be extended any further.',
                array['bookingId'], target.id)
    end
$$;
comment on function booking.guard_extension(booking.booking) is 'Why the hold of a locked booking can''t be extended; null when it can.';
