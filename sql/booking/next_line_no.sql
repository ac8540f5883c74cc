create or replace function booking.next_line_no(target booking.booking) returns integer
language plpgsql stable security definer set search_path = '' as $$
begin
    return (select 1 + max(l.line_no) from booking.line l
            where l.organiser_id = target.organiser_id and l.booking_id = target.id);
end
$$;
comment on function booking.next_line_no(booking.booking) is 'The number of the next line of a booking; numbers are never used again.';
