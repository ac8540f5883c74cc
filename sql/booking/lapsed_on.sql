create or replace function booking.lapsed_on(slots uuid[]) returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
declare
    -- A variable, because the index can't be asked for `clock_timestamp()`, which moves on.
    now constant timestamptz := clock_timestamp();
    few constant integer := 500;
begin
    if not exists (select from booking.booking b where b.status = 'PENDING' and b.expire_due_at <= now) then
        return null;
    end if;
    if (select count(*) from (
            select from booking.booking b where b.status = 'PENDING' and b.expire_due_at <= now limit few) over) < few then
        return (
            with over as materialized (
                select b.organiser_id, b.id from booking.booking b
                where b.status = 'PENDING' and b.expire_due_at <= now
            )
            select array_agg(distinct o.id)
            from over o
            join booking.line l on l.organiser_id = o.organiser_id and l.booking_id = o.id
            where l.slot_id = any (slots));
    end if;
    -- So many holds have lapsed that it is less to go through who has the places of these slots.
    return (
        select array_agg(distinct b.id)
        from booking.line l
        join booking.booking b on b.organiser_id = l.organiser_id and b.id = l.booking_id
        where l.slot_id = any (slots) and l.active and b.status = 'PENDING' and b.expire_due_at <= now);
end
$$;
comment on function booking.lapsed_on(uuid[]) is 'Bookings that hold places of these slots and are past the end of their hold.';
