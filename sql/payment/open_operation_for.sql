create or replace function payment.open_operation_for(booking_id uuid, kind text, amount_minor bigint) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    perform payment.open_operation(p.id, open_operation_for.kind, open_operation_for.amount_minor)
    from payment.payment p where p.booking_id = open_operation_for.booking_id;
end
$$;
comment on function payment.open_operation_for(uuid, text, bigint) is 'payment.open_operation, by the booking.';
