create or replace function saga.read_messages(lease_seconds integer, batch integer) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    now constant timestamptz := clock_timestamp();
    due cursor for
        select m.msg_id, m.read_ct, m.message from pgmq.q_saga m
        where m.vt <= now order by m.vt limit batch for update skip locked;
    read jsonb[];
begin
    for item in due loop
        update pgmq.q_saga m
        set vt = now + make_interval(secs => lease_seconds), read_ct = m.read_ct + 1, last_read_at = now
        where current of due;
        read := read || jsonb_build_object(
            'msg_id', item.msg_id, 'read_ct', item.read_ct + 1, 'message', item.message);
    end loop;
    return to_jsonb(read);
end
$$;
comment on function saga.read_messages(integer, integer) is 'What pgmq.read does, for sagas, those first that have been due for longest; null when none is. That one plans for each call, from what was last counted of a queue: as often as not, that it is empty, and then goes through all that waits.';
