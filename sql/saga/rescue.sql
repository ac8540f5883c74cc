create or replace function saga.rescue(batch jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    stranded record;
    rescued integer := 0;
begin
    for stranded in
        select s.id from saga.saga s
        where s.ended_at is null and s.state in ('RUNNING', 'COMPENSATING')
          and coalesce(s.lease_until, s.created_at) < clock_timestamp() - interval '10 seconds'
          and not exists (select from pgmq.q_saga m where m.message ->> 'saga_id' = s.id::text)
        order by s.deadline limit batch::integer
        for update skip locked
    loop
        perform pgmq.send('saga', jsonb_build_object('saga_id', stranded.id));
        rescued := rescued + 1;
    end loop;
    return next to_jsonb(rescued);
end
$$;
comment on function saga.rescue(jsonb) is 'Puts back on the queue the sagas that no message will move, at most `batch` of them; gives their number. A second message is harmless: the lease lets only one worker at a saga.';
grant execute on function saga.rescue(jsonb) to holdfast_worker;
