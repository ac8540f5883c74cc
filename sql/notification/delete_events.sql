create or replace function notification.delete_events(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
    -- pgmq's own deletes whatever another has read meanwhile.
    return query
    with gone as (
        delete from pgmq.q_notification m
        using jsonb_to_recordset(argument) r (msg_id bigint, read_ct integer)
        where m.msg_id = r.msg_id and m.read_ct = r.read_ct
        returning m.msg_id
    )
    select jsonb_build_object('deleted', count(*)) from gone;
end
$$;
comment on function notification.delete_events(jsonb) is 'Takes [{msg_id, read_ct}] off the queue, those that nobody else has read since; gives {deleted}.';
grant execute on function notification.delete_events(jsonb) to holdfast_worker;
