create or replace function saga.finish(saga_id uuid, state text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    was_overdue boolean;
begin
    -- The event written with the change is the notification: nothing more has to be done for it.
    if finish.state <> 'DEAD' then
        perform saga.log_step(finish.saga_id, 'notify', 'DONE');
    end if;
    update saga.saga s
    set state = finish.state, step = case when finish.state = 'DEAD' then s.step else 'notify' end,
        ended_at = clock_timestamp(), lease_until = null, worker = null, in_doubt = false, was_in_doubt = false
    where s.id = finish.saga_id
    returning s.deadline < clock_timestamp() into was_overdue;
    -- Only a saga past its deadline can have a case while it runs.
    if was_overdue and finish.state <> 'DEAD' then
        perform saga.close_case(finish.saga_id, 'saga', 'It has ended by itself.');
    end if;
end
$$;
comment on function saga.finish(uuid, text) is 'Ends a saga: SUCCEEDED, UNWOUND or DEAD. A case about its lateness closes with it.';
