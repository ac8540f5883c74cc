create or replace function notification.view_contact(argument jsonb) returns setof jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    select jsonb_build_object(
        'subject', c.subject, 'email', c.email, 'phone', c.phone, 'push_token', c.push_token, 'language', c.language,
        'version', c.version, 'erased_at', c.erased_at, 'updated_at', c.updated_at)
    from notification.contact c
    where c.subject = argument ->> 'subject' and notification.guard_subject(argument) is null;
end
$$;
comment on function notification.view_contact(jsonb) is 'Where {subject} can be reached, if {actor} is that one or an operator.';
grant execute on function notification.view_contact(jsonb) to holdfast_api;
alter function notification.view_contact(jsonb) owner to holdfast_reader;
