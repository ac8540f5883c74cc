create or replace function booking.snapshot(was booking.booking, is_offer boolean, lines jsonb, payments jsonb)
returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
    return jsonb_build_object(
        'reference', was.reference, 'customer_id', was.customer_id, 'status', was.status, 'reason', was.reason,
        'total', jsonb_build_object('amount_minor', was.total_minor, 'currency', was.currency),
        'owed', jsonb_build_object('amount_minor', was.owed_minor, 'currency', was.currency),
        'hold_expires_at', was.hold_expires_at, 'created_at', was.created_at, 'offer', is_offer, 'lines', lines,
        'payments', booking.told_payments(payments, was.currency));
end
$$;
comment on function booking.snapshot(booking.booking, boolean, jsonb, jsonb) is 'A booking as the outside is told of it, of its row, lines (booking.told_line) and payments (booking.payments_at) as they were.';
