create or replace function payment.settle_statement(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    grace constant interval := make_interval(secs => coalesce((argument ->> 'grace_seconds')::numeric, 10)::float8);
    batch constant integer := (argument ->> 'batch')::integer;
    -- What is about no operation of ours comes last.
    last_payment constant uuid := 'ffffffff-ffff-ffff-ffff-ffffffffffff';
    looked_at integer := 0;
    line payment.statement;
    judged payment.statement;
    handling text;
    agreed payment.statement[] := '{}';
    open_operations uuid[];
    cases jsonb := '[]';
    strays integer := 0;
begin
    -- Two at once would open everything twice, in vain.
    perform from payment.statement_cursor c where c.gateway = argument ->> 'gateway' for update skip locked;
    if not found then
        return;
    end if;
    -- By payment: stray money locks the payment that it is about, and payments come by id.
    for line in
        select l.* from payment.statement l
        left join payment.operation o on o.id = l.operation_id
        where l.gateway = argument ->> 'gateway' and l.verdict in ('OVER', 'UNDER', 'ORPHANED')
          and l.fetched_at < clock_timestamp() - grace
          and (argument -> 'after' is null
               or (coalesce(o.payment_id, last_payment), l.reference, l.kind)
                  > (coalesce((argument #>> '{after,payment_id}')::uuid, last_payment),
                     argument #>> '{after,reference}', argument #>> '{after,kind}'))
          and (o.state = 'SUCCEEDED' or payment.handling_of(l) in ('WAITING', 'UNDER_WAY'))
        order by coalesce(o.payment_id, last_payment), l.reference, l.kind
        limit batch
    loop
        looked_at := looked_at + 1;
        -- What it is about may have been recorded meanwhile.
        judged := payment.judge_entry(line);
        if judged is distinct from line then
            update payment.statement s set operation_id = judged.operation_id, verdict = judged.verdict
            where s.gateway = line.gateway and s.reference = line.reference and s.kind = line.kind;
        end if;
        handling := payment.handling_of(judged);
        if handling = 'NONE' then
            agreed := agreed || judged;
        elsif handling = 'UNDER_WAY' then
            open_operations := open_operations || judged.operation_id;
        elsif handling = 'WAITING' and judged.verdict = 'ORPHANED' and judged.kind in ('AUTHORIZE', 'CAPTURE') then
            strays := strays + payment.open_stray(judged)::integer;
        elsif handling = 'WAITING' then
            cases := cases || payment.case_of(judged);
        end if;
    end loop;
    perform payment.close_matched_cases(agreed);
    return next jsonb_build_object(
        'agreed', cardinality(agreed), 'strays', strays, 'nudged', payment.nudge_operations(open_operations),
        'cases', saga.open_cases(cases) + payment.report_missing(argument ->> 'gateway'),
        'next', case when looked_at = batch then jsonb_build_object(
            'payment_id', (select o.payment_id from payment.operation o where o.id = line.operation_id),
            'reference', line.reference, 'kind', line.kind) end);
end
$$;
comment on function payment.settle_statement(jsonb) is 'Does something about lines of {gateway} that differ from our books for longer than {grace_seconds}, at most {batch} of them, behind {after}: looks open operations up, gives stray money back, opens cases for the rest and for what is missing. Gives {agreed, strays, nudged, cases, next}; next, where a batch was full, is what to ask for after: some lines stay as they are for long, and those behind them have their turn, too. No row while somebody else does it, or when nothing was read yet.';
grant execute on function payment.settle_statement(jsonb) to holdfast_worker;
