create or replace function payment.note_statement(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    of_gateway constant text := argument ->> 'gateway';
    entry record;
    line payment.statement;
    judged payment.statement[] := '{}'; -- and not written yet
    lines payment.statement[] := '{}';
    counts jsonb;
begin
    -- Sorted, so that two who note the same page never wait for each other crosswise.
    for entry in
        select e.*, o.id as matched
        from (
            select distinct on (e.reference, e.kind) e.*
            from jsonb_to_recordset(argument -> 'entries') e (
                reference text, kind text, operation_key text, "authorization" text, amount_minor bigint,
                currency text, happened_at timestamptz)
            order by e.reference, e.kind
        ) e
        -- Most are listed just as our books have them: what payment.judge_entry would say of these is known at once.
        left join lateral (
            select o.id
            from payment.operation o
            join payment.payment p on p.id = o.payment_id
            where o.gateway_key = e.operation_key and o.gateway = of_gateway and o.kind = e.kind
              and case when o.state = 'SUCCEEDED' then o.gateway_ref = e.reference end
              and (o.kind = 'VOID' or o.amount_minor = e.amount_minor and p.currency = upper(e.currency))
            offset 0
        ) o on true
        order by e.reference, e.kind
    loop
        line := row(
            of_gateway, entry.reference, entry.kind, entry.operation_key,
            coalesce(entry."authorization", case entry.kind when 'AUTHORIZE' then entry.reference end), entry.amount_minor,
            upper(entry.currency), entry.happened_at, clock_timestamp(), entry.matched, 'MATCHED');
        if entry.matched is null then
            -- It is judged by what is listed before it, too.
            perform payment.keep_entries(judged);
            judged := '{}';
            line := payment.judge_entry(line);
        end if;
        judged := judged || line;
        lines := lines || line;
    end loop;
    perform payment.keep_entries(judged);
    select coalesce(jsonb_object_agg(v.verdict, v.times), '{}') into counts
    from (select lower(l.verdict) as verdict, count(*) as times from unnest(lines) l group by 1) v;
    perform payment.find_twins(lines);
    perform payment.close_matched_cases(lines);

    -- Only who read on from where the list was read to may say how far it is read now.
    update payment.statement_cursor c
    set cursor = argument ->> 'cursor', read_at = clock_timestamp(),
        complete_until = greatest(c.complete_until, (argument ->> 'complete_until')::timestamptz)
    where c.gateway = of_gateway and c.cursor is not distinct from argument ->> 'from_cursor';
    return next jsonb_build_object('is_current', found, 'verdicts', counts);
end
$$;
comment on function payment.note_statement(jsonb) is 'Notes a page of a gateway''s own list and holds it against our operations: {gateway, from_cursor, cursor, complete_until, entries: [{reference, kind, operation_key, authorization, amount_minor, currency, happened_at}]}. Noting it again changes nothing. Gives {is_current, verdicts}.';
grant execute on function payment.note_statement(jsonb) to holdfast_worker;
