create or replace function saga.follow_refusal(target saga.saga, operation_kind text, detail text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    booking_status constant text := booking.status_of(target.booking_id);
    -- Whether what is owed by now is there without this payment.
    is_covered constant boolean := payment.refundable(target.booking_id) >= 0;
    -- A booking goes with its money. A change does not: its places are given, and the old ones may be somebody else's.
    can_go_back constant boolean := target.kind = 'booking' and booking_status = 'CONFIRMED';
    refused record;
begin
    -- Money is where it should not be, or is not where it should be, and we can't move it: an operator's case.
    if operation_kind in ('VOID', 'REFUND')
       or operation_kind = 'CAPTURE' and not is_covered and not can_go_back then
        perform payment.book_failure(target.payment_id, detail);
        perform booking.record_event(target.booking_id, 'payment.failed', 'SYSTEM', 'saga',
            jsonb_build_object('operation', operation_kind, 'detail', detail)
            || payment.event_data_of(target.payment_id));
        perform saga.finish(target.id, 'DEAD');
        return;
    end if;

    select * into refused from payment.book_refusal(target.payment_id, operation_kind, detail);
    perform booking.record_event(target.booking_id, 'payment.declined', 'SYSTEM', 'saga', jsonb_build_object(
        'operation', operation_kind, 'code', detail, 'attemptsLeft', refused.attempts_left) || refused.data);
    if operation_kind = 'CAPTURE' then
        -- What was reserved is let go of, and the booking goes with it, unless nothing is owed for it any more.
        perform saga.go_on(target.id, 'VOID', refused.amount_minor);
        if can_go_back and not is_covered then
            perform booking.fail_payment(target.booking_id);
        end if;
    elsif target.kind = 'reschedule' or booking_status = 'CANCELLED' then
        perform payment.abandon(target.payment_id);
        perform booking.fail_change(target.booking_id, detail);
        perform saga.give_back_or_finish(target.id, target.booking_id);
    elsif refused.attempts_left > 0 then
        -- The hold runs on as it was told to the customer, who may try another method until it ends.
        perform booking.let_hold_run(target.booking_id);
        update saga.saga s set state = 'WAITING' where s.id = target.id;
    else
        perform booking.fail_payment(target.booking_id);
    end if;
end
$$;
comment on function saga.follow_refusal(saga.saga, text, text) is 'What follows when nothing was done and will not be: another attempt to pay, an unwound booking or change, or an operator''s case.';
