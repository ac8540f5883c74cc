create or replace function saga.lapse_steps(batch integer) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
    ids constant uuid[] := array(
        select s.id from saga.saga s
        where s.ended_at is null and s.step in ('capture', 'void') and s.payment_id is not null
          and payment.capture_due(s.payment_id, clock_timestamp())
        order by s.deadline limit batch);
    target saga.saga;
    lapsed integer := 0;
begin
    if cardinality(ids) = 0 then
        return 0;
    end if;
    perform saga.lock_sagas(ids);
    for target in
        select * from saga.saga s
        where s.id = any (ids) and s.ended_at is null and s.step in ('capture', 'void') order by s.id
    loop
        -- It may have been captured in time, and what was asked comes to an end first: whoever looks it up is told.
        if not target.in_doubt and coalesce(target.lease_until < clock_timestamp(), true) then
            perform saga.record_step(target, jsonb_build_object(
                'result', 'DECLINED', 'code', 'authorization_lapsed',
                'operation_id', saga.call_of(target) ->> 'operation_id'));
            lapsed := lapsed + 1;
        end if;
        perform saga.nudge(target.id);
    end loop;
    return lapsed;
end
$$;
comment on function saga.lapse_steps(integer) is 'Records for at most `batch` sagas that the authorization they were to capture or void has lapsed; where that is in doubt, it is looked up at once. Gives how many it recorded.';
