create or replace function outbox.is_published(kind text, id uuid, sequence integer) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
    return exists (
        select from outbox.subject s
        where s.kind = is_published.kind and s.id = is_published.id and s.published >= is_published.sequence);
end
$$;
comment on function outbox.is_published(text, uuid, integer) is 'Whether the broker has acknowledged an event.';
