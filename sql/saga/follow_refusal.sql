create or replace function saga.follow_refusal(
    saga_id uuid, booking_id uuid, operation_kind text, final_result text, detail text)
returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    booking_status constant text := booking.status_of(booking_id);
    refused record;
begin
    if operation_kind in ('VOID', 'REFUND')
       or (operation_kind = 'CAPTURE' and booking_status <> 'CONFIRMED' and booking.owes(booking_id)) then
        -- Money is where it should not be, and we can't move it: an operator's case.
        perform payment.book_failure(booking_id, detail);
        perform booking.record_event(booking_id, 'payment.failed', 'SYSTEM', 'saga',
            jsonb_build_object('operation', operation_kind, 'detail', detail));
        perform saga.finish(saga_id, 'DEAD');
        return;
    end if;

    select * into refused from payment.book_refusal(booking_id, operation_kind, detail);
    perform booking.record_event(booking_id, 'payment.declined', 'SYSTEM', 'saga', jsonb_build_object(
        'operation', operation_kind, 'code', detail, 'attemptsLeft', refused.attempts_left));
    if operation_kind = 'CAPTURE' then
        -- What was reserved is let go of; the booking goes with it, if it has not gone already.
        perform saga.go_on(saga_id, booking_id, 'VOID', refused.amount_minor);
        perform booking.fail_payment(booking_id);
    elsif booking_status = 'CANCELLED' then
        perform payment.abandon(refused.payment_id);
        perform saga.finish(saga_id, 'UNWOUND');
    elsif refused.attempts_left > 0 then
        -- The hold runs on as it was told to the customer, who may try another method until it ends.
        perform booking.let_hold_run(booking_id);
        update saga.saga s set state = 'WAITING' where s.id = follow_refusal.saga_id;
    else
        perform booking.fail_payment(booking_id);
    end if;
end
$$;
comment on function saga.follow_refusal(uuid, uuid, text, text, text) is 'What follows when nothing was done and will not be: another attempt to pay, an unwound booking, or an operator''s case.';
