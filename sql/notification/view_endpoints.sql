create or replace function notification.view_endpoints(argument jsonb) returns setof jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    select notification.endpoint_document(p)
    from notification.endpoint p
    where p.id in (select i::uuid from jsonb_array_elements_text(argument -> 'ids') i)
      and holdfast.may_act_for(argument -> 'actor', p.organiser_id);
end
$$;
comment on function notification.view_endpoints(jsonb) is 'The endpoints with these {ids} that {actor} may see, in no order.';
grant execute on function notification.view_endpoints(jsonb) to holdfast_api;
alter function notification.view_endpoints(jsonb) owner to holdfast_reader;
