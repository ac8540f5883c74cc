create or replace function payment.close_done(done jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    ids constant uuid[] := array(select (d ->> 'operation_id')::uuid from jsonb_array_elements(done) d);
    by_id constant jsonb := (select jsonb_object_agg((d ->> 'operation_id')::uuid, d) from jsonb_array_elements(done) d);
    closed integer;
begin
    update payment.operation o
    set state = 'SUCCEEDED', gateway_ref = by_id -> o.id::text ->> 'gateway_ref',
        expires_at = (by_id -> o.id::text ->> 'expires_at')::timestamptz, closed_at = clock_timestamp()
    where o.id = any (ids) and o.state in ('OPEN', 'UNKNOWN');
    get diagnostics closed = row_count;
    if closed < jsonb_array_length(done) then
        raise exception 'one of these operations is closed' using errcode = 'HF003';
    end if;
end
$$;
comment on function payment.close_done(jsonb) is 'payment.close_operation for many that the gateway did: [{operation_id, gateway_ref, expires_at}].';
