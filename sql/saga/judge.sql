create or replace function saga.judge(target saga.saga, outcome jsonb) returns text
language plpgsql immutable set search_path = '' as $$
begin
    return case
        -- A void of what has lapsed, or was let go of before, has come where it was to come.
        when target.step = 'void' and outcome ->> 'result' = 'DECLINED'
             and outcome ->> 'code' in ('authorization_lapsed', 'authorization_voided') then 'DONE'
        -- The failure of a call that was sent again says nothing of what the first one did.
        when outcome ->> 'result' = 'FAILED' and target.was_in_doubt
             and (outcome ->> 'doubt_over')::boolean is not true then 'UNKNOWN'
        -- A routine of ours is one transaction: it was carried out, or it was not.
        when outcome ->> 'result' = 'UNKNOWN' and outcome ->> 'operation_id' is null then 'FAILED'
        else outcome ->> 'result'
    end;
end
$$;
comment on function saga.judge(saga.saga, jsonb) is 'What a worker''s answer means for a step: in doubt, a failure is believed only when the doubt itself is over.';
