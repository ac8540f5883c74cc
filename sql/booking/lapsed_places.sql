create or replace function booking.lapsed_places(slot_ids uuid[])
returns table (slot_id uuid, quantity integer)
language plpgsql stable security definer set search_path = '' as $$
declare
    -- A variable, because the index can't be asked for `clock_timestamp()`, which moves on.
    now constant timestamptz := clock_timestamp();
begin
    return query
    with lapsed as materialized (
        select b.organiser_id, b.id from booking.booking b where b.status = 'PENDING' and b.expire_due_at <= now
    )
    select l.slot_id, sum(l.quantity)::integer
    from lapsed b
    join booking.line l on l.organiser_id = b.organiser_id and l.booking_id = b.id
    where l.slot_id = any (slot_ids) and l.active
    group by l.slot_id;
end
$$;
comment on function booking.lapsed_places(uuid[]) is 'Places of these slots whose hold is past its end and has not been expired yet: at the next sale they are free.';
grant execute on function booking.lapsed_places(uuid[]) to holdfast_reader;
