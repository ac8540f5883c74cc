create or replace function saga.nudge(saga_id uuid) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
    target saga.saga;
begin
    -- Never waits: whoever holds the saga is at it, and the caller may hold messages.
    select * into target from saga.saga s where s.id = nudge.saga_id for update skip locked;
    if target.id is null or target.lease_until > clock_timestamp() then
        return false;
    end if;
    if target.ended_at is not null or target.state = 'WAITING' then
        return true;
    end if;
    if not exists (select from pgmq.q_saga m where m.message ->> 'saga_id' = target.id::text) then
        perform pgmq.send('saga', jsonb_build_object('saga_id', target.id));
        return true;
    end if;
    update pgmq.q_saga m set vt = clock_timestamp()
    where m.vt > clock_timestamp() and m.msg_id in (
        select w.msg_id from pgmq.q_saga w where w.message ->> 'saga_id' = target.id::text for update skip locked);
    return true;
end
$$;
comment on function saga.nudge(uuid) is 'Makes a saga go on at once instead of after its pause: true when its message is visible, or was sent anew, or it has nothing to do; false when somebody is at it.';
