create or replace function saga.open_cases(cases jsonb) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
    opened integer;
begin
    -- Sorted, so that two who open the same cases never wait for each other crosswise.
    insert into saga.dead_letter (
        id, organiser_id, source, cause, booking_id, queue, message, gateway, reference, detail, safe_actions)
    select holdfast.uuid_v7(), c.organiser_id, c.source, c.cause, c.booking_id, c.queue, c.message, c.gateway,
           c.reference, c.detail, c.safe_actions
    from jsonb_to_recordset(cases) c (
        organiser_id uuid, source text, cause text, booking_id uuid, queue text, message jsonb, gateway text,
        reference text, detail text, safe_actions text[])
    order by c.source, c.gateway, c.reference, c.cause
    on conflict do nothing;
    get diagnostics opened = row_count;
    return opened;
end
$$;
comment on function saga.open_cases(jsonb) is 'Opens operators'' cases that are about no saga, one at a time for each source, gateway, reference and cause: [{organiser_id, source, cause, booking_id, queue, message, gateway, reference, detail, safe_actions}]. Gives how many are new.';
