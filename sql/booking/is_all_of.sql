create or replace function booking.is_all_of(target booking.booking, dropped jsonb) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
    return (select sum(l.quantity) from booking.line l
            where l.organiser_id = target.organiser_id and l.booking_id = target.id and l.active)
         = (select sum(d.quantity) from jsonb_to_recordset(dropped) d (quantity integer));
end
$$;
comment on function booking.is_all_of(booking.booking, jsonb) is 'Whether these places, [{line_no, quantity}], are all that a booking has.';
