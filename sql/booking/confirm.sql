create or replace function booking.confirm(booking_id uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    perform booking.record_event(confirm.booking_id, 'booking.confirmed', 'SYSTEM', 'saga', '{}', 'CONFIRMED');
    perform booking.sell_places(confirm.booking_id);
    perform payment.post(jsonb_build_array(jsonb_build_object(
        'organiser_id', b.organiser_id, 'booking_id', b.id, 'currency', b.currency, 'amount_minor', b.owed_minor,
        'debit', 'customer', 'credit', 'revenue')))
    from booking.booking b where b.id = confirm.booking_id;
end
$$;
comment on function booking.confirm(uuid) is 'Confirms a pending booking whose money is reserved: its places are sold, and the customer owes for them.';
