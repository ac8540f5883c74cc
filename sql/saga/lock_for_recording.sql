create or replace function saga.lock_for_recording(outcomes jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    all_bookings uuid[];
    may_cancel uuid[];
begin
    select array_agg(s.booking_id), array_agg(s.booking_id) filter (where o ->> 'result' in ('DECLINED', 'FAILED'))
    into all_bookings, may_cancel
    from jsonb_array_elements(outcomes) o
    join saga.saga s on s.id = (o ->> 'saga_id')::uuid;

    -- Only a refusal can end in a cancellation, which gives places back; all else leaves the slots alone.
    perform booking.lock_with_slots(may_cancel, also_bookings => all_bookings);
    perform payment.lock(all_bookings);
    perform from saga.saga s where s.booking_id = any (all_bookings) order by s.id for update;
end
$$;
comment on function saga.lock_for_recording(jsonb) is 'Locks all that a batch of outcomes may change, in the lock order.';
