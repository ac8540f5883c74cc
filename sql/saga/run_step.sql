create or replace function saga.run_step(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
    target saga.saga;
    outcome text;
begin
    select * into target from saga.saga s where s.id = (argument ->> 'saga_id')::uuid;
    if not saga.is_held(target, (argument ->> 'lease')::integer) then
        raise exception 'the lease has passed on' using errcode = 'HF004';
    end if;
    -- What it changes comes before sagas in the lock order; a worker that has lost its lease meanwhile takes it all back.
    execute format('select saga.%I($1)', 'act_' || target.kind) using target into outcome;
    select * into target from saga.saga s where s.id = target.id for update;
    if not saga.is_held(target, (argument ->> 'lease')::integer) then
        raise exception 'the lease has passed on' using errcode = 'HF004';
    end if;

    if outcome = 'DONE' then
        perform saga.log_step(target.id, target.step, 'DONE');
        perform saga.follow(target, target.step, 'DONE', null, null);
    elsif target.failures > 0 then
        update saga.saga s set failures = 0 where s.id = target.id;
    end if;
    perform saga.hand_back(target, argument, case outcome when 'LATER' then 1000 else 0 end);
    return next jsonb_build_object('saga_id', target.id, 'booking_id', target.booking_id, 'applied', true);
end
$$;
comment on function saga.run_step(jsonb) is 'Carries out a LOCAL step and records it, in one transaction: {saga_id, lease, msg_id, read_ct}. saga.act_<kind> does it and gives DONE, AGAIN (there is more, at once) or LATER (in a second). Fails with HF004, and changes nothing, when the lease has passed on.';
grant execute on function saga.run_step(jsonb) to holdfast_worker;
