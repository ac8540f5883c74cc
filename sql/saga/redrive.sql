create or replace function saga.redrive(target saga.dead_letter) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
    is_dead constant boolean := (select s.state = 'DEAD' from saga.saga s where s.id = target.saga_id);
begin
    if target.saga_id is null then
        -- A message that nobody could read, or a webhook: what came is worked again.
        perform pgmq.send(target.queue, target.message);
        return true;
    end if;
    if is_dead then
        return saga.reopen(target.saga_id) is null;
    end if;
    -- It runs, and is late: it gets the time of a new one.
    update saga.saga s set deadline = greatest(s.deadline, saga.deadline_of(s.kind))
    where s.id = target.saga_id and s.ended_at is null;
    if found then
        perform saga.nudge(target.saga_id);
    end if;
    return found;
end
$$;
comment on function saga.redrive(saga.dead_letter) is 'Tries again what a locked case is about; false when that is not possible now.';
