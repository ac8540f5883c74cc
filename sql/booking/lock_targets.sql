create or replace function booking.lock_targets(commands jsonb, outcomes jsonb[], with_slots boolean) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    targets uuid[];
begin
    select array_agg((c.value ->> 'booking_id')::uuid) into targets
    from jsonb_array_elements(commands) with ordinality c (value, n)
    where outcomes[c.n] is null;
    if with_slots then
        perform booking.lock_with_slots(targets);
    else
        perform booking.lock(targets);
    end if;
end
$$;
comment on function booking.lock_targets(jsonb, jsonb[], boolean) is 'Locks the bookings that the unanswered commands of a batch are about, with the slots they hold places of where these may change.';
