create or replace function notification.list_endpoints(argument jsonb) returns setof jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
    actor constant jsonb := argument -> 'actor';
begin
    return query
    select jsonb_build_object('cursor', p.id, 'row', notification.endpoint_document(p))
    from notification.endpoint p
    where holdfast.may_act_for(actor, p.organiser_id)
      and (actor ->> 'role' not in ('ORGANISER', 'SERVICE') or p.organiser_id = (actor ->> 'organiser_id')::uuid)
      and (argument ->> 'after' is null or p.id < (argument ->> 'after')::uuid)
    order by p.id desc
    limit (argument ->> 'first')::integer + 1;
end
$$;
comment on function notification.list_endpoints(jsonb) is 'Endpoints that {actor} may see, newest first: {first, after}; one row more than {first} when there is one.';
grant execute on function notification.list_endpoints(jsonb) to holdfast_api;
alter function notification.list_endpoints(jsonb) owner to holdfast_reader;
