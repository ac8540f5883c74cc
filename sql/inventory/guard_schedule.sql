create or replace function inventory.guard_schedule(command jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
    return case
        when jsonb_array_length(command -> 'weekdays') not between 1 and 7 or exists (
            select from jsonb_array_elements_text(command -> 'weekdays') d
            where d::numeric not in (1, 2, 3, 4, 5, 6, 7)) then
            holdfast.refuse('INVALID_INPUT', 'Weekdays are 1 (Monday) to 7 (Sunday).', array['weekdays'])
        when command ->> 'local_time' !~ '^([01][0-9]|2[0-3]):[0-5][0-9](:00)?$' then
            holdfast.refuse('INVALID_INPUT', 'A local time is written 20:00.', array['localTime'])
        when (command ->> 'duration_minutes')::numeric not between 1 and 525600 then
            holdfast.refuse('INVALID_INPUT', 'A slot lasts 1 to 525600 minutes.', array['durationMinutes'])
        when (command ->> 'until')::date < (command ->> 'from')::date then
            holdfast.refuse('INVALID_INPUT', 'The last day is not before the first.', array['until'])
        when (command ->> 'until')::date - (command ->> 'from')::date > 3660 then
            holdfast.refuse('INVALID_INPUT', 'A schedule spans 10 years at most.', array['until'])
    end;
end
$$;
comment on function inventory.guard_schedule(jsonb) is 'Why a schedule can''t be followed; null when it can.';
