create or replace function booking.cancel_each(changes jsonb) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
    change jsonb;
    cancelled integer := 0;
begin
    begin
        perform booking.cancel_locked(changes);
        return coalesce(jsonb_array_length(changes), 0);
    exception when serialization_failure or deadlock_detected or lock_not_available then
        raise;
    when others then
        raise warning '% bookings could not be cancelled at once: % (%)',
            jsonb_array_length(changes), sqlerrm, sqlstate;
    end;
    for change in select c from jsonb_array_elements(changes) c loop
        begin
            perform booking.cancel_locked(jsonb_build_array(change));
            cancelled := cancelled + 1;
        exception when serialization_failure or deadlock_detected or lock_not_available then
            raise;
        when others then
            raise warning 'booking % could not be cancelled: % (%)', change ->> 'booking_id', sqlerrm, sqlstate;
        end;
    end loop;
    return cancelled;
end
$$;
comment on function booking.cancel_each(jsonb) is 'booking.cancel_locked for a sweep, which one booking that can''t be cancelled must not stop: all at once, or, when that fails, each for itself. Gives how many were cancelled; the others are left as they are, for the next sweep.';
