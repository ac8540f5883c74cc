create or replace function payment.note_statement(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    of_gateway constant text := argument ->> 'gateway';
    line payment.statement;
    counts jsonb := '{}';
    lines payment.statement[] := '{}';
begin
    -- Sorted, so that two who note the same page never wait for each other crosswise.
    for line in
        select distinct on (e.reference, e.kind) of_gateway, e.reference, e.kind, e.operation_key,
               coalesce(e."authorization", case e.kind when 'AUTHORIZE' then e.reference end), e.amount_minor,
               upper(e.currency), e.happened_at, clock_timestamp(), null::uuid, 'FOREIGN'
        from jsonb_to_recordset(argument -> 'entries') e (
            reference text, kind text, operation_key text, "authorization" text, amount_minor bigint,
            currency text, happened_at timestamptz)
        order by e.reference, e.kind
    loop
        line := payment.judge_entry(line);
        insert into payment.statement as s values (line.*)
        on conflict (gateway, reference, kind) do update
        set amount_minor = excluded.amount_minor, currency = excluded.currency, operation_id = excluded.operation_id,
            verdict = excluded.verdict
        where (s.amount_minor, s.currency, s.operation_id, s.verdict) is distinct from
              (excluded.amount_minor, excluded.currency, excluded.operation_id, excluded.verdict);
        counts := payment.count_one(counts, lower(line.verdict));
        lines := lines || line;
    end loop;
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
