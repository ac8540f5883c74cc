create or replace function saga.list_sagas(argument jsonb) returns setof jsonb
language sql stable security definer set search_path = '' as $$
    select jsonb_build_object('cursor', s.id, 'row', saga.document(s))
    from saga.saga s
    where (argument ->> 'kind' is null or s.kind = argument ->> 'kind')
      and (argument ->> 'state' is null or s.state = argument ->> 'state')
      and (argument ->> 'booking_id' is null or s.booking_id = (argument ->> 'booking_id')::uuid)
      and (argument ->> 'overdue' is null
           or (argument ->> 'overdue')::boolean = (s.ended_at is null and s.deadline < statement_timestamp()))
      and (argument ->> 'after' is null or s.id < (argument ->> 'after')::uuid)
    order by s.id desc
    limit (argument ->> 'first')::integer + 1
$$;
comment on function saga.list_sagas(jsonb) is 'Sagas, newest first, for operators: {kind, state, booking_id, overdue, first, after}; one row more than {first} when there is one.';
grant execute on function saga.list_sagas(jsonb) to holdfast_api;
alter function saga.list_sagas(jsonb) owner to holdfast_reader;
