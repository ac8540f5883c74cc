create or replace function payment.refundable(booking_id uuid) returns bigint
language plpgsql stable security definer set search_path = '' as $$
begin
    return payment.held(booking_id) - booking.owed(booking_id);
end
$$;
comment on function payment.refundable(uuid) is 'What is held of a booking''s money beyond what its customer owes; null for a free one.';
