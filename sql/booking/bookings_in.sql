create or replace function booking.bookings_in(of_slot uuid, batch integer default null) returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
    return array(
        select distinct b.id
        from booking.line l
        join booking.booking b on b.organiser_id = l.organiser_id and b.id = l.booking_id
        where l.slot_id = of_slot and l.active and b.status in ('PENDING', 'CONFIRMED')
        order by b.id limit batch);
end
$$;
comment on function booking.bookings_in(uuid, integer) is 'The bookings that hold places of a slot and are not over, by id; at most `batch` of them.';
