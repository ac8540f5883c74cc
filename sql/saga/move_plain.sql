create or replace function saga.move_plain(plain jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    now constant timestamptz := clock_timestamp();
    ids constant uuid[] := array(select (p ->> 'saga_id')::uuid from jsonb_array_elements(plain) p);
    workers constant jsonb := (
        select jsonb_object_agg((p ->> 'saga_id')::uuid, p -> 'worker') from jsonb_array_elements(plain) p);
    illegal record;
begin
    with moved as (
        update saga.saga s
        set steps = s.steps + 2, lease_until = null, worker = null, in_doubt = false, was_in_doubt = false,
            failures = case s.step when 'authorize' then 0 else s.failures end,
            unknowns = case s.step when 'authorize' then 0 else s.unknowns end,
            step = case s.step when 'authorize' then 'capture' else 'notify' end,
            state = case s.step when 'authorize' then s.state else 'SUCCEEDED' end,
            ended_at = case s.step when 'capture' then now end
        where s.id = any (ids)
        returning s.organiser_id, s.id, s.kind, s.steps - 2 as before, s.claimed_at,
                  case s.step when 'capture' then 'authorize' else 'capture' end as step,
                  workers ->> s.id::text as worker
    ), logged as (
        -- The step that was claimed, and what is done along with it.
        select m.organiser_id, m.id, m.kind, m.before + 1 as seq, b.step as from_step, m.step, m.worker,
               m.claimed_at as began_at
        from moved m
        left join saga.step b on b.organiser_id = m.organiser_id and b.saga_id = m.id and b.seq = m.before
        union all
        select m.organiser_id, m.id, m.kind, m.before + 2, m.step,
               case m.step when 'authorize' then 'confirm' else 'notify' end, null, null
        from moved m
    ), told as (
        insert into saga.step as t (organiser_id, saga_id, seq, from_step, step, result, worker, began_at, at)
        select l.organiser_id, l.id, l.seq, l.from_step, l.step, 'DONE', l.worker, l.began_at, now from logged l
        order by l.id, l.seq
        returning t.from_step, t.step
    )
    select t.from_step, t.step into illegal
    from told t
    where not exists (
        select from saga.transition x
        where x.kind = 'booking' and x.step = t.step and x.from_step is not distinct from t.from_step)
    limit 1;
    if found then
        raise exception 'a saga of a booking does not go from % to %', illegal.from_step, illegal.step
            using errcode = 'HF003';
    end if;
end
$$;
comment on function saga.move_plain(jsonb) is 'saga.log_step and saga.stand_at or saga.finish, for all of saga.plain_outcomes at once.';
