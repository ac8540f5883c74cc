create or replace function booking.has_booked(customer text, organiser uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
    return exists (select from booking.booking b where b.customer_id = customer and b.organiser_id = organiser);
end
$$;
comment on function booking.has_booked(text, uuid) is 'Whether a customer has, or had, a booking with this organiser.';
