create or replace function inventory.state_document(k inventory.slot_state) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
    return k.state || jsonb_build_object(
        'id', k.slot_id || '.' || k.sequence, 'type', 'slot.changed', 'sequence', k.sequence, 'occurred_at', k.at,
        'parked', null);
end
$$;
comment on function inventory.state_document(inventory.slot_state) is 'A state of a slot as the event that tells it.';
