create or replace function payment.nudge_operations(operation_ids uuid[]) returns integer
language plpgsql volatile security definer set search_path = '' as $$
begin
    return (
        select count(*) filter (where saga.nudge(s.saga_id))
        from (
            select distinct saga.open_saga_of(coalesce(p.booking_id, o.stray_id)) as saga_id
            from payment.operation o
            left join payment.payment p on p.organiser_id = o.organiser_id and p.id = o.payment_id
            where o.id = any (operation_ids) and o.closed_at is null
        ) s
        where s.saga_id is not null);
end
$$;
comment on function payment.nudge_operations(uuid[]) is 'Wakes the sagas of operations that wait for an outcome; gives how many nobody was at.';
