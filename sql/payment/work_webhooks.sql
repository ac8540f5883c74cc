create or replace function payment.work_webhooks(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    message record;
    verdict record;
    done bigint[] := '{}';
    cases jsonb := '[]';
    counts jsonb := '{"applied": 0, "ignored": 0, "quarantined": 0, "put_off": 0, "parked": 0}';
begin
    if exists (select from saga.queue q where q.queue = 'webhook' and q.paused_at is not null) then
        return next counts;
        return;
    end if;
    -- Messages come last in the lock order, and are touched first here: nobody waits for one, `read` skips what is
    -- locked, and no saga is waited for. They are gone in this same transaction or visible again with it, so that
    -- the lock is their fence.
    for message in
        select m.msg_id, m.message ->> 'gateway' as gateway, m.message ->> 'event_id' as event_id, m.message
        from pgmq.read('webhook', (argument ->> 'vt_seconds')::integer, (argument ->> 'batch')::integer) m
        order by m.message ->> 'gateway', m.message ->> 'event_id'
    loop
        select * into verdict from payment.judge_webhook(message.gateway, message.event_id);
        if verdict.state is null then
            perform pgmq.archive('webhook', message.msg_id);
            cases := cases || jsonb_build_object('source', 'MESSAGE', 'cause', 'POISON', 'queue', 'webhook',
                'message', message.message, 'reference', message.msg_id::text,
                'detail', 'it names no webhook that was received', 'safe_actions', '["RESOLVE"]'::jsonb);
            counts := payment.count_one(counts, 'parked');
        elsif verdict.state = 'PUT_OFF' then
            -- Whoever has the saga may be about to hear the same from the gateway itself.
            perform pgmq.set_vt('webhook', message.msg_id, 1);
            counts := payment.count_one(counts, 'put_off');
        else
            update payment.webhook w
            set state = verdict.state, detail = verdict.detail, worked_at = clock_timestamp()
            where w.gateway = message.gateway and w.event_id = message.event_id;
            done := done || message.msg_id;
            counts := payment.count_one(counts, lower(verdict.state));
            if verdict.state = 'QUARANTINED' then
                cases := cases || (verdict.case_data || jsonb_build_object('message', message.message));
            end if;
        end if;
    end loop;
    perform pgmq.delete('webhook', done);
    perform saga.open_cases(cases);
    return next counts;
end
$$;
comment on function payment.work_webhooks(jsonb) is 'Works up to {batch} webhooks: wakes the sagas whose operations they are about, and opens a case for what is about nothing that we know. Gives {applied, ignored, quarantined, put_off, parked}.';
grant execute on function payment.work_webhooks(jsonb) to holdfast_worker;
