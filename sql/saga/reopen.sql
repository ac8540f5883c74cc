create or replace function saga.reopen(saga_id uuid) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    target saga.saga;
    is_opened boolean := true;
begin
    select * into target from saga.saga s where s.id = reopen.saga_id;
    if target.state is distinct from 'DEAD' then
        return holdfast.refuse('INVALID_STATE', 'This saga is not dead.', array['sagaId'], target.id);
    end if;
    if saga.open_saga_of(target.subject_id) is not null then
        return holdfast.refuse('CHANGE_IN_PROGRESS', 'Another saga is at it; try again when that has ended.',
            array['sagaId'], target.id);
    end if;
    if target.kind = 'stray' then
        is_opened := payment.retry_stray(target.subject_id);
    elsif target.payment_id is not null then
        is_opened := payment.reopen(target.payment_id, target.booking_id, upper(target.step));
    end if;
    if not is_opened then
        return holdfast.refuse('INVALID_STATE', 'There is nothing left to do: the money is where it belongs.',
            array['sagaId'], target.id);
    end if;
    update saga.saga s
    set state = case when s.step in ('void', 'refund') and s.kind in ('booking', 'reschedule') then 'COMPENSATING'
                     else 'RUNNING' end,
        payment_id = coalesce(payment.opened_for(s.booking_id), s.payment_id),
        ended_at = null, deadline = saga.deadline_of(s.kind), failures = 0, unknowns = 0, in_doubt = false,
        was_in_doubt = false, claimed_at = null
    where s.id = target.id;
    perform pgmq.send('saga', jsonb_build_object('saga_id', target.id));
    return null;
end
$$;
comment on function saga.reopen(uuid) is 'Sets a dead saga going again at the step that failed, with a new operation under a new key and a new deadline. The caller has it locked with saga.lock_sagas, and closes its case in the same transaction. Gives a refusal as holdfast.refuse does, or null.';
