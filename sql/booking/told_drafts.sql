create or replace function booking.told_drafts(draft jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
    return (
        select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
            'slotId', l -> 'slot_id', 'quantity', l -> 'quantity', 'seats', l -> 'seats'))), '[]')
        from jsonb_array_elements(draft -> 'lines') l);
end
$$;
comment on function booking.told_drafts(jsonb) is 'Lines added by a change, as an event tells them.';
