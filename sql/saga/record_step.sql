create or replace function saga.record_step(saga_id uuid, booking_id uuid, outcome jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    result constant text := outcome ->> 'result';
    detail constant text := coalesce(outcome ->> 'error', outcome ->> 'code');
    operation_id constant uuid := outcome ->> 'operation_id';
    operation_kind text;
    final_result text;
begin
    select closed.operation_kind, closed.operation_state into operation_kind, final_result
    from payment.close_operation(operation_id, result, outcome ->> 'gateway_ref', detail) closed;
    if operation_kind is null then
        raise exception 'saga % was claimed with an operation that is closed', saga_id using errcode = 'HF003';
    end if;

    perform saga.log_step(saga_id, lower(operation_kind), result, detail);
    case final_result
        when 'SUCCEEDED' then perform saga.follow_success(saga_id, booking_id, operation_id, operation_kind);
        when 'DECLINED', 'FAILED' then
            perform saga.follow_refusal(saga_id, booking_id, operation_kind, final_result, detail);
        else
            perform saga.follow_doubt(booking_id, result, detail);
    end case;
    perform saga.hand_back(saga_id, outcome);
end
$$;
comment on function saga.record_step(uuid, uuid, jsonb) is 'Records one outcome of a saga that is locked and held under this lease.';
