create or replace function saga.log_step(saga_id uuid, step text, result text, detail text default null) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    of_kind text;
    previous text;
    has_none boolean;
begin
    with counted as (
        update saga.saga s set steps = s.steps + 1, last_error = coalesce(log_step.detail, s.last_error)
        where s.id = log_step.saga_id
        returning s.organiser_id, s.id, s.kind, s.steps,
                  -- Others may write steps of theirs while a worker is at one.
                  case when s.step = log_step.step and s.lease_until is not null then s.worker end as worker,
                  case when s.step = log_step.step and s.lease_until is not null then s.claimed_at end as began_at
    ), told as (
        insert into saga.step as t (
            organiser_id, saga_id, seq, from_step, step, result, detail, worker, began_at, at)
        select c.organiser_id, c.id, c.steps, before.step, log_step.step, log_step.result, log_step.detail, c.worker,
               c.began_at, clock_timestamp()
        from counted c
        left join saga.step before on before.organiser_id = c.organiser_id and before.saga_id = c.id
                                  and before.seq = c.steps - 1
        returning t.from_step
    )
    select c.kind, t.from_step, t.from_step is null into of_kind, previous, has_none from counted c, told t;

    if not exists (
        select from saga.transition t
        where t.kind = of_kind and t.step = log_step.step
          and (t.from_step = previous or has_none and t.from_step is null)) then
        raise exception 'a saga of kind % does not go from % to %', of_kind, previous, log_step.step
            using errcode = 'HF003';
    end if;
end
$$;
comment on function saga.log_step(uuid, text, text, text) is 'Adds a step to the history of a saga that the caller has locked; one that its kind does not have there fails with HF003.';
