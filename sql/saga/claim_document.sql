create or replace function saga.claim_document(
    held saga.saga, how saga.definition, last_claimed_at timestamptz, call jsonb)
returns jsonb
language plpgsql stable set search_path = '' as $$
begin
    return jsonb_build_object(
        'saga_id', held.id, 'kind', held.kind, 'step', held.step, 'booking_id', held.booking_id, 'lease', held.lease,
        'action', how.action, 'in_doubt', held.was_in_doubt, 'claimed_at', held.claimed_at,
        'last_sent_at', case when held.was_in_doubt then last_claimed_at end,
        'failures', held.failures, 'unknowns', held.unknowns, 'max_failures', how.max_failures,
        'timeout_ms', how.timeout_ms, 'first_pause_ms', how.first_pause_ms, 'longest_pause_ms', how.longest_pause_ms,
        'longest_look_up_ms', how.longest_look_up_ms, 'call', call);
end
$$;
comment on function saga.claim_document(saga.saga, saga.definition, timestamptz, jsonb) is 'What a worker is told of a step that it has just claimed.';
