create or replace function booking.history_entry(e booking.event) returns jsonb
language plpgsql immutable parallel safe set search_path = '' as $$
begin
    return jsonb_build_object(
        'booking_id', e.booking_id, 'version', e.version, 'from_version', e.version - 1, 'type', e.type,
        'occurred_at', e.occurred_at, 'from_status', e.from_status, 'to_status', e.to_status,
        'actor_role', e.actor_role, 'actor_id', e.actor_id, 'reason', e.reason, 'data', e.data);
end
$$;
comment on function booking.history_entry(booking.event) is 'An event as those who may see its booking are shown it: what happened, from which version, who did it and why.';
grant execute on function booking.history_entry(booking.event) to holdfast_reader;
