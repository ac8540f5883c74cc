create or replace function payment.list_webhooks(argument jsonb) returns setof jsonb
language sql stable security definer set search_path = '' as $$
    select jsonb_build_object('cursor', w.id, 'row', jsonb_build_object(
        'id', w.id, 'gateway', w.gateway, 'event_id', w.event_id, 'type', w.type, 'operation_key', w.operation_key,
        'reference', w.reference, 'occurred_at', w.occurred_at, 'received_at', w.received_at, 'state', w.state,
        'detail', w.detail, 'worked_at', w.worked_at))
    from payment.webhook w
    where (argument ->> 'state' is null or w.state = argument ->> 'state')
      and (argument ->> 'gateway' is null or w.gateway = argument ->> 'gateway')
      and (argument ->> 'after' is null or w.id < (argument ->> 'after')::uuid)
    order by w.id desc
    limit (argument ->> 'first')::integer + 1
$$;
comment on function payment.list_webhooks(jsonb) is 'What gateways told of their own accord, newest first, for operators: {state, gateway, first, after}; one row more than {first} when there is one.';
grant execute on function payment.list_webhooks(jsonb) to holdfast_api;
alter function payment.list_webhooks(jsonb) owner to holdfast_reader;
