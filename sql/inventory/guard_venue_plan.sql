create or replace function inventory.guard_venue_plan(command jsonb, organiser uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return case
        when organiser is null then
            holdfast.refuse('INVALID_INPUT', 'Say for which organiser.', array['organiserId'])
        when not holdfast.may_act_for(command -> 'actor', organiser) then
            holdfast.refuse('NOT_ALLOWED', 'Only the organiser writes its venue plans.', array['organiserId'])
        when command ->> 'code' is null or command ->> 'code' !~ '^[a-z0-9][a-z0-9-]{0,99}$' then
            holdfast.refuse('INVALID_INPUT', 'A code is of 1 to 100 small letters, digits and hyphens.', array['code'])
        when length(command ->> 'name') not between 1 and 200 then
            holdfast.refuse('INVALID_INPUT', 'A name has 1 to 200 letters.', array['name'])
        when jsonb_array_length(command -> 'rows') not between 1 and 10000 then
            holdfast.refuse('INVALID_INPUT', 'A plan has 1 to 10000 rows.', array['rows'])
        when (select sum(jsonb_array_length(r -> 'seats')) from jsonb_array_elements(command -> 'rows') r)
             not between 1 and 200000 then
            holdfast.refuse('INVALID_INPUT', 'A plan has 1 to 200000 seats.', array['rows'])
        else coalesce(
            inventory.guard_venue_rows(command -> 'rows'), inventory.guard_seat_places(command -> 'rows'))
    end;
end
$$;
comment on function inventory.guard_venue_plan(jsonb, uuid) is 'Why this venue plan can''t be written as asked; null when it can.';
