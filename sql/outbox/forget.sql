create or replace function outbox.forget(kind text, ids uuid[]) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    delete from outbox.subject s
    where (s.kind, s.id) in (
        select f.kind, f.id from outbox.subject f
        where f.kind = forget.kind and f.id = any (ids)
        order by f.kind, f.id for update);
    delete from outbox.parked p where p.kind = forget.kind and p.id = any (ids);
end
$$;
comment on function outbox.forget(text, uuid[]) is 'Forgets how much was told of subjects that are no more.';
