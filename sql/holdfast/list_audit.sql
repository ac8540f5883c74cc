create or replace function holdfast.list_audit(argument jsonb) returns setof jsonb
language sql stable security definer set search_path = '' as $$
    select jsonb_build_object('cursor', a.id, 'row', jsonb_build_object(
        'id', a.id, 'at', a.at, 'actor_role', a.actor_role, 'actor_id', a.actor_id, 'action', a.action,
        'subject', a.subject, 'argument', a.argument, 'refusal', a.outcome #>> '{refusal,code}'))
    from holdfast.audit a
    where (list_audit.argument ->> 'action' is null or a.action = list_audit.argument ->> 'action')
      and (list_audit.argument ->> 'actor_id' is null or a.actor_id = list_audit.argument ->> 'actor_id')
      and (list_audit.argument ->> 'after' is null or a.id < (list_audit.argument ->> 'after')::uuid)
    order by a.id desc
    limit (list_audit.argument ->> 'first')::integer + 1
$$;
comment on function holdfast.list_audit(jsonb) is 'What operators did, newest first: {action, actor_id, first, after}; one row more than {first} when there is one.';
grant execute on function holdfast.list_audit(jsonb) to holdfast_api;
alter function holdfast.list_audit(jsonb) owner to holdfast_reader;
