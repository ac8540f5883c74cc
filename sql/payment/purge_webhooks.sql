create or replace function payment.purge_webhooks(batch jsonb) returns setof jsonb
language sql volatile security definer set search_path = '' as $$
    with purged as (
        delete from payment.webhook
        where (gateway, event_id) in (
            select w.gateway, w.event_id from payment.webhook w
            where w.received_at < clock_timestamp() - interval '30 days' and w.state <> 'RECEIVED'
            order by w.received_at limit batch::integer
            for update skip locked)
        returning 1
    ), emptied as (
        -- What could not be worked was set aside; its case tells all of it.
        delete from pgmq.a_webhook
        where msg_id in (
            select a.msg_id from pgmq.a_webhook a
            where a.archived_at < clock_timestamp() - interval '30 days'
            order by a.archived_at limit batch::integer
            for update skip locked)
        returning 1
    )
    select to_jsonb((select count(*) from purged) + (select count(*) from emptied))
$$;
comment on function payment.purge_webhooks(jsonb) is 'Forgets webhooks and archived messages of theirs older than 30 days, a batch of each at a time; gives their number. Gateways send again for days, never for weeks.';
grant execute on function payment.purge_webhooks(jsonb) to holdfast_worker;
