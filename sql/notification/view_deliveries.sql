create or replace function notification.view_deliveries(argument jsonb) returns setof jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
    actor constant jsonb := argument -> 'actor';
begin
    return query
    select notification.delivery_document(d, actor ->> 'role' not in ('ORGANISER', 'SERVICE') or d.recipient_kind = 'ENDPOINT')
    from notification.delivery d
    where d.id in (select i::uuid from jsonb_array_elements_text(argument -> 'ids') i)
      and notification.may_see(actor, d);
end
$$;
comment on function notification.view_deliveries(jsonb) is 'The deliveries with these {ids} that {actor} may see, in no order.';
grant execute on function notification.view_deliveries(jsonb) to holdfast_api;
alter function notification.view_deliveries(jsonb) owner to holdfast_reader;
