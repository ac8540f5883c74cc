create or replace function booking.told_lines(dropped jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
    return (
        select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
            'lineNo', d -> 'line_no', 'quantity', d -> 'quantity', 'seats', d -> 'seats'))), '[]')
        from jsonb_array_elements(dropped) d);
end
$$;
comment on function booking.told_lines(jsonb) is 'Places given up, [{line_no, quantity, seats}], as an event tells them.';
