create or replace function saga.follow_reschedule(
    target saga.saga, step text, result text, operation_id uuid, detail text)
returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
    amount_minor bigint;
begin
    if step = 'authorize' and result = 'DONE' then
        amount_minor := saga.book_success(target, operation_id);
        if not booking.has_change(target.booking_id) then
            perform saga.let_go(target, amount_minor);
            return false;
        end if;
        perform saga.log_step(target.id, 'confirm', 'DONE');
        perform booking.apply_change(target.booking_id);
        perform saga.go_on(target.id, 'CAPTURE', amount_minor);
    elsif step = 'authorize' and result in ('DECLINED', 'FAILED') then
        perform saga.book_refusal(target, step, detail);
        perform payment.abandon(target.payment_id);
        perform booking.fail_change(target.booking_id, detail);
        perform saga.give_back_or_finish(target.id, target.booking_id);
    elsif step = 'capture' and result in ('DECLINED', 'FAILED') and saga.is_covered(target) then
        amount_minor := (saga.book_refusal(target, step, detail)).amount_minor;
        perform saga.let_go(target, amount_minor, detail);
    else
        -- A change does not go back when its capture fails: its places are given, the old ones may be somebody else's.
        perform saga.follow_money(target, step, result, operation_id, detail);
    end if;
    return false;
end
$$;
comment on function saga.follow_reschedule(saga.saga, text, text, uuid, text) is 'What follows a step of a change that costs more: it is carried out and captured, or given up.';

select saga.declare('reschedule', 'saga.follow_reschedule', 900, '[
    {"step": "reserve", "action": "AT_ONCE", "undo": "cancel"},
    {"step": "authorize", "action": "AUTHORIZE", "undo": "void"},
    {"step": "confirm", "action": "AT_ONCE"},
    {"step": "capture", "action": "CAPTURE", "undo": "refund"},
    {"step": "notify", "action": "AT_ONCE"},
    {"step": "cancel", "action": "AT_ONCE"},
    {"step": "void", "action": "VOID"},
    {"step": "refund", "action": "REFUND"}
]', '{
    "": ["reserve"],
    "reserve": ["authorize", "cancel"],
    "authorize": ["authorize", "confirm", "cancel", "void", "refund", "notify"],
    "confirm": ["capture", "cancel"],
    "capture": ["capture", "cancel", "void", "refund", "notify"],
    "cancel": ["authorize", "capture", "cancel", "void", "refund", "notify"],
    "void": ["void", "cancel", "refund", "notify"],
    "refund": ["refund", "cancel", "notify"]
}');
