create or replace function saga.pass_messages(plain jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    update pgmq.q_saga m set vt = clock_timestamp()
    from jsonb_to_recordset(plain) p (msg_id bigint, read_ct integer, step text)
    where m.msg_id = p.msg_id and m.read_ct = p.read_ct and p.step = 'authorize';

    delete from pgmq.q_saga m
    using jsonb_to_recordset(plain) p (msg_id bigint, read_ct integer, step text)
    where m.msg_id = p.msg_id and m.read_ct = p.read_ct and p.step = 'capture';
end
$$;
comment on function saga.pass_messages(jsonb) is 'Makes the messages of saga.plain_outcomes visible for the next step, or deletes them where there is none; unless somebody has read them since.';
