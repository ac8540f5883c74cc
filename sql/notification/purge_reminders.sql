create or replace function notification.purge_reminders(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    purged integer;
begin
    delete from notification.reminder r
    where (r.booking_id, r.hold_expires_at) in (
        select o.booking_id, o.hold_expires_at from notification.reminder o
        where o.hold_expires_at < clock_timestamp() - interval '7 days'
        order by o.hold_expires_at limit (argument ->> 'batch')::integer for update skip locked);
    get diagnostics purged = row_count;
    return query select jsonb_build_object('purged', purged);
end
$$;
comment on function notification.purge_reminders(jsonb) is 'Forgets up to {batch} reminders of holds that ended a week ago, none of which ends again; gives {purged}.';
grant execute on function notification.purge_reminders(jsonb) to holdfast_worker;
