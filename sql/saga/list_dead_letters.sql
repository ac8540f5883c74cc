create or replace function saga.list_dead_letters(argument jsonb) returns setof jsonb
language sql stable security definer set search_path = '' as $$
    select jsonb_build_object('cursor', d.id, 'row', jsonb_build_object(
        'id', d.id, 'source', d.source, 'cause', d.cause, 'booking_id', d.booking_id, 'queue', d.queue,
        'message', d.message, 'gateway', d.gateway, 'reference', d.reference, 'detail', d.detail,
        'safe_actions', d.safe_actions, 'state', d.state, 'opened_at', d.opened_at, 'closed_at', d.closed_at,
        'closed_by', d.closed_by, 'note', d.note, 'saga', (select saga.document(s) from saga.saga s where s.id = d.saga_id)))
    from saga.dead_letter d
    where (argument ->> 'state' is null or d.state = argument ->> 'state')
      and (argument ->> 'source' is null or d.source = argument ->> 'source')
      and (argument ->> 'cause' is null or d.cause = argument ->> 'cause')
      and (argument ->> 'gateway' is null or d.gateway = argument ->> 'gateway')
      and (argument ->> 'booking_id' is null or d.booking_id = (argument ->> 'booking_id')::uuid)
      and (jsonb_typeof(argument -> 'ids') is distinct from 'array'
           or d.id in (select i::uuid from jsonb_array_elements_text(argument -> 'ids') i))
      and (argument ->> 'after' is null or d.id < (argument ->> 'after')::uuid)
    order by d.id desc
    limit (argument ->> 'first')::integer + 1
$$;
comment on function saga.list_dead_letters(jsonb) is 'The operators'' inbox, newest first: {state, source, cause, gateway, booking_id, ids, first, after}; one row more than {first} when there is one.';
grant execute on function saga.list_dead_letters(jsonb) to holdfast_api;
alter function saga.list_dead_letters(jsonb) owner to holdfast_reader;
