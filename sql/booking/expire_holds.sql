create or replace function booking.expire_holds(batch jsonb) returns setof jsonb
language sql volatile security definer set search_path = '' as $$
    select to_jsonb(booking.expire_bookings(array(
        select b.id from booking.booking b
        where b.status = 'PENDING' and b.expire_due_at <= clock_timestamp()
        order by b.expire_due_at limit batch::integer)))
$$;
comment on function booking.expire_holds(jsonb) is 'One sweep over the holds that are over, at most `batch` of them; gives how many it cancelled.';
grant execute on function booking.expire_holds(jsonb) to holdfast_worker;
