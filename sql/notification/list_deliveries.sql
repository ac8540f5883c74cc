create or replace function notification.list_deliveries(argument jsonb) returns setof jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
    actor constant jsonb := argument -> 'actor';
    filter constant jsonb := argument -> 'filter';
begin
    return query
    select jsonb_build_object('cursor', d.id, 'row', notification.delivery_document(
        d, actor ->> 'role' not in ('ORGANISER', 'SERVICE') or d.recipient_kind = 'ENDPOINT'))
    from notification.delivery d
    where notification.may_see(actor, d)
      and (actor ->> 'role' <> 'CUSTOMER' or d.recipient_id = actor ->> 'subject')
      and (actor ->> 'role' not in ('ORGANISER', 'SERVICE') or d.organiser_id = (actor ->> 'organiser_id')::uuid)
      and (filter ->> 'booking_id' is null or d.booking_id = (filter ->> 'booking_id')::uuid)
      and (filter ->> 'endpoint_id' is null or d.recipient_id = filter ->> 'endpoint_id' and d.recipient_kind = 'ENDPOINT')
      and (filter ->> 'state' is null or d.state = filter ->> 'state')
      and (argument ->> 'after' is null or d.id < (argument ->> 'after')::uuid)
    order by d.id desc
    limit (argument ->> 'first')::integer + 1;
end
$$;
comment on function notification.list_deliveries(jsonb) is 'Deliveries that {actor} may see, newest first: {filter: {booking_id, endpoint_id, state}, first, after}; one row more than {first} when there is one.';
grant execute on function notification.list_deliveries(jsonb) to holdfast_api;
alter function notification.list_deliveries(jsonb) owner to holdfast_reader;
