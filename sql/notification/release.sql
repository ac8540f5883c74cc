create or replace function notification.release(target notification.delivery) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    delete from notification.attempt a
    where a.organiser_id = target.organiser_id and a.delivery_id = target.id and a.number = target.attempts;
    update notification.delivery d
    set state = 'PLANNED', attempts = d.attempts - 1, worker = null, lease_until = null
    where d.organiser_id = target.organiser_id and d.id = target.id;
end
$$;
comment on function notification.release(notification.delivery) is 'Gives back a locked delivery that was not tried.';
