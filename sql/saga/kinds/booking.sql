create or replace function saga.follow_booking(
    target saga.saga, step text, result text, operation_id uuid, detail text)
returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
    amount_minor bigint;
    refused record;
    goes_back boolean;
begin
    if step = 'authorize' and result = 'DONE' then
        amount_minor := saga.book_success(target, operation_id);
        if booking.status_of(target.booking_id) <> 'PENDING' then
            perform saga.let_go(target, amount_minor);
            return false;
        end if;
        perform saga.log_step(target.id, 'confirm', 'DONE');
        perform booking.record_event(target.booking_id, 'booking.confirmed', 'SYSTEM', 'saga', '{}', 'CONFIRMED');
        perform saga.go_on(target.id, 'CAPTURE', amount_minor);
        return true;
    elsif step = 'authorize' and result in ('DECLINED', 'FAILED') then
        refused := saga.book_refusal(target, step, detail);
        if booking.status_of(target.booking_id) = 'CANCELLED' then
            perform payment.abandon(target.payment_id);
            perform saga.give_back_or_finish(target.id, target.booking_id);
        elsif refused.attempts_left > 0 then
            -- The hold runs on as it was told to the customer, who may try another method until it ends.
            perform booking.let_hold_run(target.booking_id);
            perform saga.wait(target.id);
        else
            perform booking.fail_payment(target.booking_id);
        end if;
    elsif step = 'capture' and result in ('DECLINED', 'FAILED') and (
            booking.status_of(target.booking_id) = 'CONFIRMED' or saga.is_covered(target)) then
        refused := saga.book_refusal(target, step, detail);
        -- What was reserved is let go of, and the booking goes with it, unless nothing is owed for it any more.
        goes_back := not saga.is_covered(target);
        perform saga.let_go(target, refused.amount_minor, detail, goes_back);
        if goes_back then
            perform booking.fail_payment(target.booking_id);
        end if;
    else
        perform saga.follow_money(target, step, result, operation_id, detail);
    end if;
    return false;
end
$$;
comment on function saga.follow_booking(saga.saga, text, text, uuid, text) is 'What follows a step of a booking: confirm and capture, another attempt to pay, or the way back. Gives whether this confirmed the booking.';

select saga.declare('booking', 'saga.follow_booking', 900, '[
    {"step": "reserve", "action": "AT_ONCE", "undo": "cancel"},
    {"step": "authorize", "action": "AUTHORIZE", "undo": "void"},
    {"step": "confirm", "action": "AT_ONCE", "undo": "cancel"},
    {"step": "capture", "action": "CAPTURE", "undo": "refund"},
    {"step": "notify", "action": "AT_ONCE"},
    {"step": "cancel", "action": "AT_ONCE"},
    {"step": "void", "action": "VOID"},
    {"step": "refund", "action": "REFUND"}
]', '{
    "": ["reserve"],
    "reserve": ["authorize", "cancel"],
    "authorize": ["authorize", "confirm", "cancel", "void", "notify"],
    "confirm": ["capture", "cancel"],
    "capture": ["capture", "cancel", "void", "refund", "notify"],
    "cancel": ["authorize", "capture", "void", "refund", "notify"],
    "void": ["void", "cancel", "notify"],
    "refund": ["refund", "cancel", "notify"]
}');
