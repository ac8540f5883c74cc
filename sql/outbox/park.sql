create or replace function outbox.park(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
    insert into outbox.parked (organiser_id, kind, id, sequence, cause, detail)
    select s.organiser_id, s.kind, s.id, (argument ->> 'sequence')::integer, argument ->> 'cause', argument ->> 'detail'
    from outbox.subject s
    where s.kind = argument ->> 'kind' and s.id = (argument ->> 'id')::uuid
    on conflict (kind, id, sequence) do nothing;
    return query select jsonb_build_object('ok', true);
end
$$;
comment on function outbox.park(jsonb) is 'Writes down that event {sequence} of {kind}, {id} can''t be published as it is, with its {cause} and {detail}; once, however often it is tried.';
grant execute on function outbox.park(jsonb) to holdfast_worker;
