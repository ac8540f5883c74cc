create or replace function booking.standing(booking_ids uuid[]) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return (
        select jsonb_object_agg(b.id, jsonb_build_object('status', b.status, 'owed_minor', b.owed_minor))
        from booking.booking b where b.id = any (booking_ids));
end
$$;
comment on function booking.standing(uuid[]) is 'booking.status_of and booking.owed for many, by booking.';
