create or replace function notification.guard_subject(command jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
    if command ->> 'subject' is null then
        return holdfast.refuse('INVALID_INPUT', 'Say whose this is.', array['subject']);
    end if;
    if command #>> '{actor,role}' = 'OPERATOR' or command ->> 'subject' = command #>> '{actor,subject}' then
        return null;
    end if;
    return holdfast.refuse('NOT_ALLOWED', 'What somebody wants to hear is for that person and for operators to say.');
end
$$;
comment on function notification.guard_subject(jsonb) is 'Refuses whoever is neither the one that a command is about nor an operator; null for those who are.';
grant execute on function notification.guard_subject(jsonb) to holdfast_reader;
