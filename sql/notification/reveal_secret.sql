create or replace function notification.reveal_secret(argument jsonb) returns setof jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    select jsonb_build_object('secret', p.secrets[1])
    from notification.endpoint p
    where p.id = (argument ->> 'id')::uuid and holdfast.may_manage(argument -> 'actor', p.organiser_id);
end
$$;
comment on function notification.reveal_secret(jsonb) is 'What the webhooks of an endpoint are signed with, if {actor} may act for its organiser; told when it is made, and not later.';
grant execute on function notification.reveal_secret(jsonb) to holdfast_api;
alter function notification.reveal_secret(jsonb) owner to holdfast_reader;
