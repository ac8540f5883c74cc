-- Of before, with other arguments.
drop function if exists saga.pass_messages(jsonb);
create or replace function saga.pass_messages(plain jsonb, going_on bigint[]) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    message record;
begin
    -- One by one: a join is planned from what was last counted of a queue, which says nothing of how much waits.
    for message in
        select p.value ->> 'step' as step, (p.value ->> 'msg_id')::bigint as msg_id, (p.value ->> 'read_ct')::integer as read_ct
        from jsonb_array_elements(plain) p
    loop
        if message.step = 'capture' then
            delete from pgmq.q_saga m where m.msg_id = message.msg_id and m.read_ct = message.read_ct;
        elsif going_on is null or message.msg_id <> all (going_on) then
            update pgmq.q_saga m set vt = clock_timestamp()
            where m.msg_id = message.msg_id and m.read_ct = message.read_ct;
        end if;
    end loop;
end
$$;
comment on function saga.pass_messages(jsonb, bigint[]) is 'Makes the messages of saga.plain_outcomes visible for the next step, but for those whose saga its worker goes on with, or deletes them where there is none; unless somebody has read them since.';
