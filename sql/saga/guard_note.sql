create or replace function saga.guard_note(command jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
    return case when coalesce(btrim(command ->> 'note'), '') = '' then
        holdfast.refuse('INVALID_INPUT', 'Say what was done about it.', array['note']) end;
end
$$;
comment on function saga.guard_note(jsonb) is 'Refuses a command that closes something without a word; null for one with a note.';
