create or replace function notification.put_contact(command jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
    insert into notification.contact as c (subject, email, phone, push_token, language)
    values (command ->> 'subject', command ->> 'email', command ->> 'phone', command ->> 'push_token', command ->> 'language')
    on conflict (subject) do update
    set email = excluded.email, phone = excluded.phone, push_token = excluded.push_token, language = excluded.language,
        version = c.version + 1, erased_at = null, updated_at = clock_timestamp();
    return jsonb_build_object('id', null, 'refusal', null);
end
$$;
comment on function notification.put_contact(jsonb) is 'Writes where somebody can be reached, in the place of what was known; the outcome of the command.';
