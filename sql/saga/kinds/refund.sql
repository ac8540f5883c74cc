create or replace function saga.follow_refund(
    target saga.saga, step text, result text, operation_id uuid, detail text)
returns boolean
language plpgsql volatile security definer set search_path = '' as $$
begin
    perform saga.follow_money(target, step, result, operation_id, detail);
    return false;
end
$$;
comment on function saga.follow_refund(saga.saga, text, text, uuid, text) is 'What follows a refund: the next one, until no more is held than is owed.';

select saga.declare('refund', 'saga.follow_refund', 900, '[
    {"step": "refund", "action": "REFUND"},
    {"step": "notify", "action": "AT_ONCE"}
]', '{
    "": ["refund"],
    "refund": ["refund", "notify"]
}');
