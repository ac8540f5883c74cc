create or replace function booking.line_document(l booking.line) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
    return jsonb_build_object(
        'line_no', l.line_no, 'slot_id', l.slot_id, 'quantity', l.quantity, 'rate_plan', l.rate_plan,
        'unit_price_minor', l.unit_price_minor, 'amount_minor', l.quantity * l.unit_price_minor,
        'policy', l.policy, 'price_class', l.price_class,
        'seats', case when l.seats is not null then inventory.seat_names(l.slot_id, l.seats) end);
end
$$;
comment on function booking.line_document(booking.line) is 'A line of a booking as the API reads it.';
grant execute on function booking.line_document(booking.line) to holdfast_reader;
