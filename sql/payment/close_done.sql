create or replace function payment.close_done(done jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    closed integer;
begin
    update payment.operation o
    set state = 'SUCCEEDED', gateway_ref = d.gateway_ref, expires_at = d.expires_at, closed_at = clock_timestamp()
    from jsonb_to_recordset(done) d (operation_id uuid, gateway_ref text, expires_at timestamptz)
    where o.id = d.operation_id and o.state in ('OPEN', 'UNKNOWN');
    get diagnostics closed = row_count;
    if closed < jsonb_array_length(done) then
        raise exception 'one of these operations is closed' using errcode = 'HF003';
    end if;
end
$$;
comment on function payment.close_done(jsonb) is 'payment.close_operation for many that the gateway did: [{operation_id, gateway_ref, expires_at}].';
