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
    cross join lateral (select * from saga.saga s where s.id = (o ->> 'saga_id')::uuid limit 1) s;

    -- A refusal can end in a cancellation, and a change takes and gives back: all else leaves the slots alone.
    perform booking.lock_with_slots(may_move, also_bookings => all_bookings);
    perform payment.lock(all_bookings);
    if strays is not null then
        perform payment.lock_strays(strays);
    end if;
    -- What a step decides may end another saga of the same booking, or begin one.
    perform from (
        select s.id from unnest(all_bookings) b (id)
        cross join lateral (select s.id from saga.saga s where s.booking_id = b.id offset 0) s
        union select unnest(all_sagas)
        order by 1) asked
    cross join lateral (select from saga.saga s where s.id = asked.id for update) s;
end
$$;
comment on function saga.lock_for_recording(jsonb) is 'Locks all that a batch of outcomes may change, in the lock order.';
