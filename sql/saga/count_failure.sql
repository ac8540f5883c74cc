create or replace function saga.count_failure(target saga.saga, result text) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
    is_over boolean;
begin
    update saga.saga s
    set failures = s.failures + (result = 'FAILED')::integer, unknowns = s.unknowns + (result = 'UNKNOWN')::integer,
        in_doubt = result = 'UNKNOWN'
    from saga.definition d
    where s.organiser_id = target.organiser_id and s.id = target.id and d.kind = target.kind and d.step = target.step
    returning count_failure.result = 'FAILED' and (s.failures >= d.max_failures
        -- What is given up anyway, and was not done, need not be done any more.
        or s.state = 'COMPENSATING' and d.action = 'AUTHORIZE') into is_over;
    return is_over;
end
$$;
comment on function saga.count_failure(saga.saga, text) is 'Counts a failure, which ends the doubt, or an unknown outcome, which does not; gives whether it is tried no more.';
