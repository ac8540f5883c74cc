create or replace function payment.opened_for(booking_id uuid) returns uuid
language plpgsql stable security definer set search_path = '' as $$
begin
    return (
        select o.payment_id from payment.operation o
        join payment.payment p on p.organiser_id = o.organiser_id and p.id = o.payment_id
        where p.booking_id = opened_for.booking_id and o.closed_at is null limit 1);
end
$$;
comment on function payment.opened_for(uuid) is 'The payment of a booking that has an open operation; null when none has.';
