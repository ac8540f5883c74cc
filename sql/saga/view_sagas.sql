create or replace function saga.view_sagas(ids jsonb) returns setof jsonb
language sql stable security definer set search_path = '' as $$
    select saga.document(s) from saga.saga s
    where s.id in (select i::uuid from jsonb_array_elements_text(ids) i)
$$;
comment on function saga.view_sagas(jsonb) is 'Sagas by their ids, for operators; those that there are.';
grant execute on function saga.view_sagas(jsonb) to holdfast_api;
alter function saga.view_sagas(jsonb) owner to holdfast_reader;
