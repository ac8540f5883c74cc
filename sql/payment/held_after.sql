create or replace function payment.held_after(operation_ids uuid[]) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return (
        select jsonb_object_agg(o.id, o.amount_minor + (
            select sum(q.captured_minor - q.refunded_minor)::bigint from payment.payment q
            where q.booking_id = p.booking_id))
        from payment.operation o
        join payment.payment p on p.organiser_id = o.organiser_id and p.id = o.payment_id
        where o.id = any (operation_ids));
end
$$;
comment on function payment.held_after(uuid[]) is 'payment.held of the bookings of these captures once each is booked, by operation.';
