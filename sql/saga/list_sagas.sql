create or replace function saga.list_sagas(argument jsonb) returns setof jsonb
language sql stable security definer set search_path = '' as $$
    select jsonb_build_object('cursor', s.id, 'row', jsonb_build_object(
        'id', s.id, 'kind', s.kind, 'booking_id', s.booking_id, 'state', s.state, 'step', s.step,
        'failures', coalesce((
            select (o.operation ->> 'failures')::integer from payment.open_operation_of(s.payment_id) o (operation)
            where s.ended_at is null), 0),
        'deadline', s.deadline, 'created_at', s.created_at, 'ended_at', s.ended_at, 'last_error', s.last_error))
    from saga.saga s
    where (argument ->> 'state' is null or s.state = argument ->> 'state')
      and (argument ->> 'after' is null or s.id < (argument ->> 'after')::uuid)
    order by s.id desc
    limit (argument ->> 'first')::integer + 1
$$;
comment on function saga.list_sagas(jsonb) is 'Sagas, newest first, for operators: {state, first, after}; one row more than {first} when there is one.';
grant execute on function saga.list_sagas(jsonb) to holdfast_api;
