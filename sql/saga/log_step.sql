create or replace function saga.log_step(saga_id uuid, step text, result text, detail text default null) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    with counted as (
        update saga.saga s set steps = s.steps + 1, last_error = coalesce(log_step.detail, s.last_error)
        where s.id = log_step.saga_id
        returning s.organiser_id, s.id, s.steps
    )
    insert into saga.step (organiser_id, saga_id, seq, from_step, step, result, detail, at)
    select c.organiser_id, c.id, c.steps, before.step, log_step.step, log_step.result, log_step.detail,
           clock_timestamp()
    from counted c
    left join saga.step before on before.organiser_id = c.organiser_id and before.saga_id = c.id
                              and before.seq = c.steps - 1;
end
$$;
comment on function saga.log_step(uuid, text, text, text) is 'Adds a step to the history of a saga that the caller has locked.';
