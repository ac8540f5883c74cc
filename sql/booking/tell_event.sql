create or replace function booking.tell_event(e booking.event, b booking.booking) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return (booking.tell_events(b, e.version, e.version))[1];
exception when others then
    if outbox.is_passing(sqlstate) then
        raise;
    end if;
    return jsonb_build_object(
        'id', e.booking_id || '.' || e.version, 'type', e.type, 'occurred_at', e.occurred_at,
        'organiser_id', e.organiser_id, 'booking_id', e.booking_id, 'sequence', e.version,
        'from_status', e.from_status, 'to_status', e.to_status,
        'actor', jsonb_build_object('role', e.actor_role, 'id', e.actor_id), 'reason', e.reason,
        'correlation_id', e.correlation_id, 'traceparent', e.traceparent, 'change', null, 'booking', null,
        'parked', jsonb_build_object('cause', 'UNTELLABLE', 'detail', sqlstate || ' ' || sqlerrm));
end
$$;
comment on function booking.tell_event(booking.event, booking.booking) is 'One event as booking.tell_events tells it, and where that fails a placeholder that says why: one event that can''t be told keeps no other waiting.';
