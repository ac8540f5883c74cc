create or replace function booking.told_line(l booking.line, currency text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return jsonb_build_object(
        'line_no', l.line_no, 'slot_id', l.slot_id, 'listing_id', l.listing_id,
        'starts_at', l.starts_at, 'ends_at', inventory.end_of(l.organiser_id, l.slot_id), 'quantity', l.quantity,
        'rate_plan', l.rate_plan,
        'unit_price', jsonb_build_object('amount_minor', l.unit_price_minor, 'currency', told_line.currency),
        'price_class', l.price_class, 'seats', case when l.seats is null then '[]' else (
            select jsonb_agg(jsonb_build_object('section', s -> 'section', 'row', s -> 'row', 'seat', s -> 'label'))
            from jsonb_array_elements(inventory.seat_names(l.slot_id, l.seats)) s) end);
end
$$;
comment on function booking.told_line(booking.line, text) is 'A line of a booking as the outside is told of it.';
