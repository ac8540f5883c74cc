create or replace function saga.follow_stray(
    target saga.saga, step text, result text, operation_id uuid, detail text)
returns boolean
language plpgsql volatile security definer set search_path = '' as $$
begin
    if result = 'DONE' then
        perform payment.end_stray(target.subject_id, 'GIVEN_BACK');
        perform saga.finish(target.id, 'SUCCEEDED');
    else
        perform payment.end_stray(target.subject_id, 'FAILED');
        perform saga.bury(target, upper(step) || '_FAILED', detail);
    end if;
    return false;
end
$$;
comment on function saga.follow_stray(saga.saga, text, text, uuid, text) is 'What follows a step that gives stray money back: its end, or an operator''s case. It changes no booking.';

select saga.declare('stray', 'saga.follow_stray', 900, '[
    {"step": "void", "action": "VOID"},
    {"step": "refund", "action": "REFUND"},
    {"step": "notify", "action": "AT_ONCE"}
]', '{
    "": ["void", "refund"],
    "void": ["void", "notify"],
    "refund": ["refund", "notify"]
}');
