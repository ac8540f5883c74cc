create or replace function saga.lock_for_recording(outcomes jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    all_sagas uuid[];
    all_bookings uuid[];
    may_move uuid[];
    strays uuid[];
begin
    select array_agg(s.id), array_agg(s.booking_id) filter (where s.booking_id is not null),
           array_agg(s.booking_id) filter (where s.booking_id is not null
               and (o ->> 'result' in ('DECLINED', 'FAILED') or s.kind = 'reschedule')),
           array_agg(s.subject_id) filter (where s.kind = 'stray')
    into all_sagas, all_bookings, may_move, strays
    from jsonb_array_elements(outcomes) o
    join saga.saga s on s.id = (o ->> 'saga_id')::uuid;

    -- A refusal can end in a cancellation, and a change takes and gives back: all else leaves the slots alone.
    perform booking.lock_with_slots(may_move, also_bookings => all_bookings);
    perform payment.lock(all_bookings);
    if strays is not null then
        perform payment.lock_strays(strays);
    end if;
    -- What a step decides may end another saga of the same booking, or begin one.
    perform from saga.saga s
    where s.booking_id = any (all_bookings) or s.id = any (all_sagas) order by s.id for update;
end
$$;
comment on function saga.lock_for_recording(jsonb) is 'Locks all that a batch of outcomes may change, in the lock order.';
