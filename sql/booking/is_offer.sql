create or replace function booking.is_offer(b booking.booking) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
    return exists (select from booking.waitlist_entry w where w.organiser_id = b.organiser_id and w.booking_id = b.id);
end
$$;
comment on function booking.is_offer(booking.booking) is 'Whether a booking was made for somebody on the waiting list.';
