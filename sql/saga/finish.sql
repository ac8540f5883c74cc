create or replace function saga.finish(saga_id uuid, state text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    -- The event written with the change is the notification: nothing more has to be done for it.
    if finish.state <> 'DEAD' then
        perform saga.log_step(finish.saga_id, 'notify', 'DONE');
    end if;
    update saga.saga s
    set state = finish.state, step = case when finish.state = 'DEAD' then s.step else 'notify' end,
        ended_at = clock_timestamp(), lease_until = null, worker = null
    where s.id = finish.saga_id;
end
$$;
comment on function saga.finish(uuid, text) is 'Ends a saga: SUCCEEDED, UNWOUND or DEAD.';
