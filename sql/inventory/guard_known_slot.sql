create or replace function inventory.guard_known_slot(draft jsonb, known inventory.slot, path text[]) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
    return case
        when (draft ->> 'expected_version')::numeric <> coalesce(known.version, 0) then
            holdfast.refuse('STALE_VERSION', format('The slot is at version %s.', coalesce(known.version, 0)),
                path || array['expectedVersion'], known.id)
        when known.state = 'CANCELLED' then
            holdfast.refuse('INVALID_STATE', 'The slot is cancelled.', path || array['startsAt'])
        when (draft ->> 'capacity')::integer < known.taken + known.set_aside then
            holdfast.refuse('CAPACITY_BELOW_SOLD', case known.set_aside
                when 0 then format('%s places are held or sold.', known.taken)
                else format('%s places are held or sold, %s more are set aside for the waiting list.', known.taken,
                    known.set_aside) end,
                path || array['capacity'])
    end;
end
$$;
comment on function inventory.guard_known_slot(jsonb, inventory.slot, text[]) is 'Why a slot that is locked, or null where there is none, can''t become what was asked for; null when it can.';
