create or replace function booking.document(b booking.booking) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return (select jsonb_build_object(
        'id', b.id, 'organiser_id', b.organiser_id, 'reference', b.reference, 'customer_id', b.customer_id,
        'status', b.status, 'reason', b.reason, 'currency', b.currency, 'total_minor', b.total_minor,
        'note', b.note, 'hold_expires_at', b.hold_expires_at, 'version', b.version,
        'created_at', b.created_at, 'updated_at', b.updated_at,
        'in_progress', saga.is_moving(b.organiser_id, b.id), 'payment', payment.document(b.organiser_id, b.id),
        'lines', (
            select jsonb_agg(jsonb_build_object(
                'line_no', l.line_no, 'slot_id', l.slot_id, 'quantity', l.quantity, 'rate_plan', l.rate_plan,
                'unit_price_minor', l.unit_price_minor, 'amount_minor', l.quantity * l.unit_price_minor,
                'policy', l.policy) order by l.line_no)
            from booking.line l where l.organiser_id = b.organiser_id and l.booking_id = b.id)));
end
$$;
comment on function booking.document(booking.booking) is 'A booking as the API reads it, with lines and payment.';
