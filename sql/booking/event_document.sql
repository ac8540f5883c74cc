create or replace function booking.event_document(e booking.event, currency text, booking jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
    return jsonb_build_object(
        'id', e.booking_id || '.' || e.version, 'type', e.type, 'occurred_at', e.occurred_at,
        'organiser_id', e.organiser_id, 'booking_id', e.booking_id, 'sequence', e.version,
        'from_status', e.from_status, 'to_status', e.to_status,
        'actor', jsonb_build_object('role', e.actor_role, 'id', e.actor_id), 'reason', e.reason,
        'correlation_id', e.correlation_id, 'traceparent', e.traceparent,
        'change', booking.told_change(e.data, currency), 'booking', booking, 'parked', null);
end
$$;
comment on function booking.event_document(booking.event, text, jsonb) is 'An event as the outside is told of it: what changed, and the booking (booking.snapshot) as it was then. No free text and no contact data.';
