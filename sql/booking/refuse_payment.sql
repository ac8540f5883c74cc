create or replace function booking.refuse_payment(id uuid) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
    return holdfast.refuse('PAYMENT_UNAVAILABLE', 'Payments can''t be taken just now; nothing was booked or charged.',
        array['paymentMethod'], id);
end
$$;
comment on function booking.refuse_payment(uuid) is 'The refusal of what would have to be paid while no gateway can be asked: before anything is taken, so that it may be tried again.';
