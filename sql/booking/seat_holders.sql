create or replace function booking.seat_holders(booking_ids uuid[])
returns table (booking_id uuid, status text)
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    select b.id, case
        when b.status <> 'PENDING' then 'SOLD'
        when b.expire_due_at <= clock_timestamp() then 'LAPSED'
        else 'HELD' end
    from booking.booking b
    where b.id = any (booking_ids);
end
$$;
comment on function booking.seat_holders(uuid[]) is 'How bookings have their seats: SOLD, HELD, or LAPSED, when the hold is past its end.';
grant execute on function booking.seat_holders(uuid[]) to holdfast_reader;
