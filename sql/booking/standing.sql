create or replace function booking.standing(booking_ids uuid[])
returns table (booking_id uuid, status text, owed_minor bigint)
language plpgsql stable security definer set search_path = '' as $$
begin
    return query select b.id, b.status, b.owed_minor from booking.booking b where b.id = any (booking_ids);
end
$$;
comment on function booking.standing(uuid[]) is 'booking.status_of and booking.owed, for many.';
