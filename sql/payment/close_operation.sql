create or replace function payment.close_operation(operation_id uuid, result text, is_over boolean, outcome jsonb)
returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    update payment.operation o
    set failures = o.failures + (close_operation.result = 'FAILED')::integer,
        unknowns = o.unknowns + (close_operation.result = 'UNKNOWN')::integer,
        state = case close_operation.result
            when 'DONE' then 'SUCCEEDED'
            -- Unknown stays open however often.
            when 'FAILED' then case when is_over then 'FAILED' else 'OPEN' end
            else close_operation.result
        end,
        error = coalesce(outcome ->> 'error', outcome ->> 'code', o.error),
        gateway_ref = outcome ->> 'gateway_ref', expires_at = (outcome ->> 'expires_at')::timestamptz,
        closed_at = case when close_operation.result in ('DONE', 'DECLINED')
                           or close_operation.result = 'FAILED' and is_over then clock_timestamp() end
    where o.id = close_operation.operation_id and o.closed_at is null;
    if not found then
        raise exception 'operation % is closed', operation_id using errcode = 'HF003';
    end if;
end
$$;
comment on function payment.close_operation(uuid, text, boolean, jsonb) is 'Writes down what the gateway answered: DONE, DECLINED, FAILED (which closes it when `is_over`) or UNKNOWN, with {gateway_ref, expires_at, code, error} of the outcome.';
