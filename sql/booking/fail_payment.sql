create or replace function booking.fail_payment(booking_id uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    if booking.status_of(booking_id) <> 'CANCELLED' then
        perform booking.cancel_locked(jsonb_build_array(jsonb_build_object(
            'booking_id', booking_id, 'reason', 'PAYMENT_FAILED', 'actor_role', 'SYSTEM', 'actor_id', 'saga',
            'owed_minor', 0)));
    end if;
end
$$;
comment on function booking.fail_payment(uuid) is 'Cancels a booking that can''t be paid. The caller has locked it and its slots.';
