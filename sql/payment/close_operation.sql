create or replace function payment.close_operation(operation_id uuid, result text, gateway_ref text, error text)
returns table (operation_kind text, operation_state text)
language plpgsql volatile security definer set search_path = '' as $$
begin
    -- Unknown stays open however often; a failure of the fifth kind closes it: nothing was done, and no more is tried.
    return query
    update payment.operation o
    set failures = o.failures + (close_operation.result = 'FAILED')::integer,
        unknowns = o.unknowns + (close_operation.result = 'UNKNOWN')::integer,
        state = next.state, error = coalesce(close_operation.error, o.error),
        gateway_ref = close_operation.gateway_ref,
        closed_at = case when next.state not in ('OPEN', 'UNKNOWN') then clock_timestamp() end
    from payment.operation before
    cross join lateral (select case close_operation.result
            when 'DONE' then 'SUCCEEDED'
            when 'DECLINED' then 'DECLINED'
            when 'UNKNOWN' then 'UNKNOWN'
            when 'FAILED' then case when before.failures >= 4 then 'FAILED' else 'OPEN' end
        end as state) next
    where o.id = close_operation.operation_id and o.closed_at is null
      and before.organiser_id = o.organiser_id and before.id = o.id
    returning o.kind, o.state;
end
$$;
comment on function payment.close_operation(uuid, text, text, text) is 'Writes down what the gateway answered: DONE, DECLINED, FAILED (at most 5 times) or UNKNOWN. Gives the operation''s kind and its state now; no row when it was closed before.';
