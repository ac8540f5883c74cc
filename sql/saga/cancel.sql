create or replace function saga.cancel(saga_id uuid, actor jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    target saga.saga;
begin
    select * into target from saga.saga s where s.id = cancel.saga_id;
    if target.id is null or not saga.is_cancellable(target) then
        return holdfast.refuse('INVALID_STATE', 'This saga can''t be turned round.', array['sagaId'], target.id);
    end if;
    if target.kind = 'reschedule' then
        perform booking.fail_change(target.booking_id, 'cancelled by an operator');
        perform saga.unwind(array[target.booking_id]);
    else
        perform booking.cancel_locked(jsonb_build_array(jsonb_build_object(
            'booking_id', target.booking_id, 'reason', 'OPERATOR', 'actor_role', actor ->> 'role',
            'actor_id', actor ->> 'subject', 'owed_minor', 0, 'kept_minor', 0)));
    end if;
    return null;
end
$$;
comment on function saga.cancel(uuid, jsonb) is 'Turns a saga round at an operator''s word: what it took is given back in full, the booking cancelled, or the change given up. What is under way at the gateway ends first. The caller has it locked with saga.lock_sagas. Gives a refusal, or null.';
