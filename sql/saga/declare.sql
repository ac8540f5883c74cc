create or replace function saga.declare(
    kind text, follow text, deadline_seconds integer, steps jsonb, transitions jsonb)
returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    insert into saga.kind as k (kind, follow, deadline_seconds)
    values (declare.kind, declare.follow::regproc, declare.deadline_seconds)
    on conflict on constraint kind_pkey do update
    set follow = excluded.follow, deadline_seconds = excluded.deadline_seconds;

    insert into saga.definition as d (
        kind, step, action, undo, max_failures, first_pause_ms, longest_pause_ms, longest_look_up_ms, timeout_ms)
    select declare.kind, s.step, s.action, s.undo, coalesce(s.max_failures, 5), coalesce(s.first_pause_ms, 200),
           coalesce(s.longest_pause_ms, 10000), coalesce(s.longest_look_up_ms, 60000), coalesce(s.timeout_ms, 5000)
    from jsonb_to_recordset(steps) s (
        step text, action text, undo text, max_failures integer, first_pause_ms integer, longest_pause_ms integer,
        longest_look_up_ms integer, timeout_ms integer)
    on conflict on constraint definition_pkey do update
    set action = excluded.action, undo = excluded.undo, max_failures = excluded.max_failures,
        first_pause_ms = excluded.first_pause_ms, longest_pause_ms = excluded.longest_pause_ms,
        longest_look_up_ms = excluded.longest_look_up_ms, timeout_ms = excluded.timeout_ms;

    insert into saga.transition (kind, from_step, step)
    select declare.kind, nullif(before.key, ''), step.value
    from jsonb_each(transitions) before, jsonb_array_elements_text(before.value) step
    on conflict on constraint one_row_per_transition do nothing;
end
$$;
comment on function saga.declare(text, text, integer, jsonb, jsonb) is 'Declares a kind of saga: the routine that follows its steps, its steps [{step, action, undo, and where it differs max_failures, first_pause_ms, longest_pause_ms, longest_look_up_ms, timeout_ms}], and which step may follow which: {"before": ["after", ...]}, the first after "". Adds and changes, and never takes away: what an older version has begun has to end.';
