create or replace function notification.disable_endpoint(endpoint_id uuid, reason text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    update notification.endpoint p
    set state = 'DISABLED', disabled_reason = reason, version = p.version + 1, updated_at = clock_timestamp()
    where p.id = endpoint_id and p.state = 'ENABLED';
    perform notification.end_delivery(d.id, 'FAILED', 'The endpoint is disabled.')
    from (
        select o.id from notification.delivery o
        where o.recipient_kind = 'ENDPOINT' and o.recipient_id = endpoint_id::text and o.state = 'PLANNED'
        order by o.id for update skip locked
    ) d;
end
$$;
comment on function notification.disable_endpoint(uuid, text) is 'Sends an endpoint nothing more; what waits for it ends. What is being sent ends by itself.';
