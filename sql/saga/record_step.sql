create or replace function saga.record_step(target saga.saga, outcome jsonb) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
    result constant text := saga.judge(target, outcome);
    detail constant text := coalesce(outcome ->> 'error', outcome ->> 'code');
    is_over boolean := true;
    pause_ms bigint := outcome ->> 'retry_in_ms';
    is_confirmed boolean := false;
begin
    if result = 'HANDED_BACK' then
        -- What does not say whether it was sent, may have been.
        perform saga.hand_back(target, outcome, pause_ms,
            outcome ->> 'operation_id' is not null and coalesce((outcome ->> 'sent')::boolean, true));
        return false;
    end if;
    if result in ('FAILED', 'UNKNOWN') then
        is_over := saga.count_failure(target, result);
    end if;
    if outcome ->> 'operation_id' is not null then
        perform payment.close_operation((outcome ->> 'operation_id')::uuid, result, is_over, outcome);
    end if;
    perform saga.log_step(target.id, target.step, result, detail);
    if result = 'UNKNOWN' then
        perform saga.follow_doubt(target, detail);
    elsif is_over then
        is_confirmed := saga.follow(target, target.step, result, (outcome ->> 'operation_id')::uuid, detail);
    elsif outcome ->> 'operation_id' is not null and payment.try_elsewhere((outcome ->> 'operation_id')::uuid, outcome) then
        pause_ms := 0;
    end if;
    perform saga.hand_back(target, outcome, pause_ms);
    return is_confirmed;
end
$$;
comment on function saga.record_step(saga.saga, jsonb) is 'Records one outcome of a saga that is locked and held under this lease; gives whether it confirmed the booking. The books are kept by the caller, for a batch at once.';
