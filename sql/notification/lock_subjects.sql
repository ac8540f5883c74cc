create or replace function notification.lock_subjects(commands jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    perform c.subject from notification.contact c
    where c.subject in (select o ->> 'subject' from jsonb_array_elements(commands) o)
    order by c.subject for update;
end
$$;
comment on function notification.lock_subjects(jsonb) is 'Locks the contacts that commands are about, in order.';
