create or replace function saga.report_overdue(batch jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    late saga.saga;
    reported integer := 0;
    cause text;
    now constant timestamptz := clock_timestamp();
begin
    for late in
        select * from saga.saga s
        where s.ended_at is null and s.state <> 'WAITING' and s.deadline < now
          and not exists (
              select from saga.dead_letter d where d.saga_id = s.id and d.state = 'OPEN'
                -- A late capture becomes urgent a day before it can't be made any more.
                and (d.cause = 'CAPTURE_DUE' or s.step <> 'capture'
                     or not payment.capture_due(s.payment_id, now + interval '24 hours')))
        order by s.deadline limit batch::integer
        for update skip locked
    loop
        cause := case when late.step = 'capture' and payment.capture_due(late.payment_id, now + interval '24 hours')
                      then 'CAPTURE_DUE' else 'OVERDUE' end;
        perform saga.open_case(late, cause, late.last_error,
            case when saga.is_cancellable(late) then array['RETRY', 'CANCEL', 'RESOLVE']
                 else array['RETRY', 'RESOLVE'] end);
        reported := reported + 1;
    end loop;
    return next to_jsonb(reported);
end
$$;
comment on function saga.report_overdue(jsonb) is 'Puts the sagas that run on past their deadline into the operators'' inbox, at most `batch` of them; gives their number. They go on, and close their case when they end.';
grant execute on function saga.report_overdue(jsonb) to holdfast_worker;
