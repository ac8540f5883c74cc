create or replace function saga.close_case(saga_id uuid, closed_by text, note text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    update saga.dead_letter d
    set state = 'RESOLVED', closed_at = clock_timestamp(), closed_by = close_case.closed_by, note = close_case.note
    where d.saga_id = close_case.saga_id and d.state = 'OPEN';
end
$$;
comment on function saga.close_case(uuid, text, text) is 'Closes the open case of a locked saga, if there is one.';
