create or replace function notification.end_delivery(delivery_id uuid, state text, detail text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    now constant timestamptz := clock_timestamp();
    ended notification.delivery;
begin
    update notification.delivery d
    set state = end_delivery.state, last_error = case end_delivery.state when 'SENT' then null else detail end,
        worker = null, lease_until = null, ended_at = now, version = d.version + 1
    where d.id = end_delivery.delivery_id
    returning * into ended;
    insert into notification.delivery_event (organiser_id, delivery_id, version, type, document, occurred_at)
    values (ended.organiser_id, ended.id, ended.version, 'delivery.' || lower(ended.state), jsonb_build_object(
        'id', ended.id || '.' || ended.version, 'type', 'delivery.' || lower(ended.state), 'occurred_at', now,
        'organiser_id', ended.organiser_id, 'delivery_id', ended.id, 'sequence', ended.version,
        'delivery', jsonb_build_object(
            'event_id', ended.event_id, 'booking_id', ended.booking_id, 'message', ended.message,
            'channel', ended.channel, 'attempts', ended.attempts,
            'recipient', jsonb_build_object('kind', ended.recipient_kind, 'id', ended.recipient_id),
            'detail', case ended.state when 'SENT' then null else detail end),
        'correlation_id', ended.event -> 'correlation_id', 'traceparent', ended.event -> 'traceparent', 'parked', null), now);
end
$$;
comment on function notification.end_delivery(uuid, text, text) is 'Ends a locked delivery, and tells.';
