create or replace function notification.purge_deliveries(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    purged integer;
begin
    delete from notification.delivery d
    where d.id in (
        select o.id from notification.delivery o
        where o.ended_at < clock_timestamp() - interval '90 days'
        order by o.ended_at limit (argument ->> 'batch')::integer for update skip locked);
    get diagnostics purged = row_count;
    return query select jsonb_build_object('purged', purged);
end
$$;
comment on function notification.purge_deliveries(jsonb) is 'Forgets up to {batch} deliveries, with their log, that ended 90 days ago; gives {purged}.';
grant execute on function notification.purge_deliveries(jsonb) to holdfast_worker;
