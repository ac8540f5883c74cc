create or replace function booking.expire_holds(batch jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    -- A variable, because the index can't be asked for `clock_timestamp()`, which moves on: without it, a sweep that
    -- finds nothing would read every pending booking.
    now constant timestamptz := clock_timestamp();
begin
    return next to_jsonb(booking.expire_bookings(array(
        select b.id from booking.booking b
        where b.status = 'PENDING' and b.expire_due_at <= now
        order by b.expire_due_at limit batch::integer)));
end
$$;
comment on function booking.expire_holds(jsonb) is 'One sweep over the holds that are over, at most `batch` of them; gives how many it cancelled.';
grant execute on function booking.expire_holds(jsonb) to holdfast_worker;
