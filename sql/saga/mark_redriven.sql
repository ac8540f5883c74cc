create or replace function saga.mark_redriven(case_id uuid, actor jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    update saga.dead_letter d
    set state = 'REDRIVEN', closed_at = clock_timestamp(), closed_by = actor ->> 'subject'
    where d.id = case_id and d.state = 'OPEN';
end
$$;
comment on function saga.mark_redriven(uuid, jsonb) is 'Closes a case because it was tried again; if that fails, too, there is a new one.';
