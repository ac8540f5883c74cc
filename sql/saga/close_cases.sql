create or replace function saga.close_cases(cases jsonb, closed_by text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    update saga.dead_letter d
    set state = 'RESOLVED', closed_at = clock_timestamp(), closed_by = close_cases.closed_by, note = c.note
    from jsonb_to_recordset(cases) c (source text, cause text, gateway text, reference text, note text)
    where d.state = 'OPEN' and d.source = c.source and d.cause = c.cause and d.gateway = c.gateway
      and d.reference = c.reference;
end
$$;
comment on function saga.close_cases(jsonb, text) is 'Closes cases that have settled themselves: [{source, cause, gateway, reference, note}].';
