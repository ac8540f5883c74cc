create or replace function notification.guard_contact(command jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
    -- As the table's own checks, which would refuse a whole batch.
    if command ->> 'email' !~ '^[^@[:space:][:cntrl:]]{1,64}@[^@[:space:][:cntrl:]]{1,255}$' then
        return holdfast.refuse('INVALID_INPUT', 'This is no e-mail address.', array['email']);
    end if;
    if command ->> 'phone' !~ '^\+[0-9]{6,15}$' then
        return holdfast.refuse('INVALID_INPUT', 'A phone number has the form of E.164, such as +351210000000.', array['phone']);
    end if;
    if length(command ->> 'push_token') not between 1 and 4096 then
        return holdfast.refuse('INVALID_INPUT', 'A push token has 1 to 4,096 characters.', array['pushToken']);
    end if;
    if coalesce(command ->> 'language', '') !~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$' then
        return holdfast.refuse('INVALID_INPUT', 'A language is a tag of BCP 47, such as de or pt-BR.', array['language']);
    end if;
    return null;
end
$$;
comment on function notification.guard_contact(jsonb) is 'Refuses what is no way to reach anybody; null for what is.';
