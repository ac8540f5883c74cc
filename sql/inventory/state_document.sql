create or replace function inventory.state_document(k inventory.slot_state) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
    return jsonb_build_object(
        'id', k.slot_id || '.' || k.sequence, 'type', 'slot.changed', 'occurred_at', k.at, 'organiser_id', k.organiser_id,
        'slot_id', k.slot_id, 'sequence', k.sequence, 'slot', case when not k.state ? 'untellable' then k.state end,
        'parked', case when k.state ? 'untellable' then jsonb_build_object('cause', 'UNTELLABLE', 'detail', k.state -> 'untellable') end);
end
$$;
comment on function inventory.state_document(inventory.slot_state) is 'A state of a slot as the event that tells it; of one that can''t be told, a placeholder.';
