create or replace function notification.lock_endpoints(commands jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    perform p.id from notification.endpoint p
    where p.id in (select (c ->> 'endpoint_id')::uuid from jsonb_array_elements(commands) c)
    order by p.id for update;
end
$$;
comment on function notification.lock_endpoints(jsonb) is 'Locks the endpoints that commands are about, in order.';
