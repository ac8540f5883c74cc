create or replace function booking.snapshot(b booking.booking, at_version integer) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
    was constant booking.booking := booking.as_of(b, at_version);
begin
    return jsonb_build_object(
        'reference', b.reference, 'customer_id', b.customer_id, 'status', was.status, 'reason', was.reason,
        'total', jsonb_build_object('amount_minor', was.total_minor, 'currency', b.currency),
        'owed', jsonb_build_object('amount_minor', was.owed_minor, 'currency', b.currency),
        'hold_expires_at', was.hold_expires_at, 'created_at', b.created_at, 'offer', booking.is_offer(b),
        'lines', (
            select coalesce(jsonb_agg(booking.told_line(l, b.currency) order by l.line_no), '[]')
            from booking.line l
            where l.organiser_id = b.organiser_id and l.booking_id = b.id
              and l.since_version <= at_version and (l.until_version is null or l.until_version > at_version)),
        'payments', (
            select coalesce(jsonb_agg(jsonb_build_object(
                'payment_id', p -> 'id', 'number', p -> 'number', 'status', p -> 'status',
                'amount', jsonb_build_object('amount_minor', p -> 'amount_minor', 'currency', b.currency),
                'captured', jsonb_build_object('amount_minor', p -> 'captured_minor', 'currency', b.currency),
                'refunded', jsonb_build_object('amount_minor', p -> 'refunded_minor', 'currency', b.currency))), '[]')
            from jsonb_array_elements(booking.payments_as_of(
                was, at_version, payment.documents(b.organiser_id, b.id))) p));
end
$$;
comment on function booking.snapshot(booking.booking, integer) is 'A booking as the outside is told of it, as it was at a version: always told from its events, so that it reads the same however late and however often it is sent.';
