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
    )
    select to_jsonb(count(*)) from purged
$$;
comment on function payment.purge_webhooks(jsonb) is 'Forgets webhooks older than 30 days, a batch at a time; gives their number. Gateways send again for days, never for weeks.';
grant execute on function payment.purge_webhooks(jsonb) to holdfast_worker;
