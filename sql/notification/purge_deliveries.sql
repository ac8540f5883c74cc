create or replace function notification.purge_deliveries(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    purged uuid[];
begin
    with gone as (
        delete from notification.delivery d
        where d.id in (
            select o.id from notification.delivery o
            where o.ended_at < clock_timestamp() - interval '90 days'
            order by o.ended_at limit (argument ->> 'batch')::integer for update skip locked)
        returning d.id
    )
    select coalesce(array_agg(g.id), '{}') into purged from gone g;
    perform outbox.forget('DELIVERY', purged);
    return query select jsonb_build_object('purged', cardinality(purged));
end
$$;
comment on function notification.purge_deliveries(jsonb) is 'Forgets up to {batch} deliveries, with their log and what was told of them to the outside, that ended 90 days ago; gives {purged}.';
grant execute on function notification.purge_deliveries(jsonb) to holdfast_worker;
