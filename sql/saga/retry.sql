create or replace function saga.retry(saga_id uuid, actor jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    target saga.saga;
    refusal jsonb := saga.guard_known(saga_id);
begin
    select * into target from saga.saga s where s.id = retry.saga_id;
    if target.state = 'DEAD' then
        refusal := saga.reopen(target.id);
        if refusal is null then
            perform saga.mark_redriven(d.id, actor)
            from saga.dead_letter d where d.saga_id = target.id and d.state = 'OPEN';
        end if;
    elsif target.state in ('RUNNING', 'COMPENSATING') then
        perform saga.nudge(target.id);
    elsif target.id is not null then
        refusal := holdfast.refuse('INVALID_STATE', format('The saga is %s: nothing can be tried again.',
            lower(target.state)), array['sagaId'], target.id);
    end if;
    return coalesce(refusal, jsonb_build_object('id', target.id, 'refusal', null));
end
$$;
comment on function saga.retry(uuid, jsonb) is 'Makes a saga that is locked with saga.lock_sagas go on at once: the pause is over, or, of a dead one, the step that failed is tried again. The outcome of the command.';
