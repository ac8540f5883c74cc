create or replace function payment.latest_of(booking_id uuid) returns uuid
language plpgsql stable security definer set search_path = '' as $$
begin
    return (select p.id from payment.payment p where p.booking_id = latest_of.booking_id order by p.number desc limit 1);
end
$$;
comment on function payment.latest_of(uuid) is 'The last payment of a booking; null for a free one.';
