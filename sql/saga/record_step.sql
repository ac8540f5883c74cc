create or replace function saga.record_step(target saga.saga, outcome jsonb) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
    result constant text := outcome ->> 'result';
    detail constant text := coalesce(outcome ->> 'error', outcome ->> 'code');
    operation_id constant uuid := outcome ->> 'operation_id';
    operation_kind text;
    final_result text;
    is_confirmed boolean := false;
begin
    select closed.operation_kind, closed.operation_state into operation_kind, final_result
    from payment.close_operation(operation_id, result, outcome ->> 'gateway_ref', detail) closed;
    if operation_kind is null then
        raise exception 'saga % was claimed with an operation that is closed', target.id using errcode = 'HF003';
    end if;

    perform saga.log_step(target.id, lower(operation_kind), result, detail);
    case final_result
        when 'SUCCEEDED' then is_confirmed := saga.follow_success(target, operation_id, operation_kind);
        when 'DECLINED', 'FAILED' then perform saga.follow_refusal(target, operation_kind, detail);
        else perform saga.follow_doubt(target, result, detail);
    end case;
    perform saga.hand_back(target.id, outcome);
    return is_confirmed;
end
$$;
comment on function saga.record_step(saga.saga, jsonb) is 'Records one outcome of a saga that is locked and held under this lease; gives whether it confirmed the booking. The books are kept by the caller, for a batch at once.';
