create or replace function payment.held(booking_id uuid) returns bigint
language plpgsql stable security definer set search_path = '' as $$
begin
    return (
        select sum(p.captured_minor - p.refunded_minor) from payment.payment p where p.booking_id = held.booking_id);
end
$$;
comment on function payment.held(uuid) is 'What was captured for a booking and not given back, in minor units; null for a free one.';
