create or replace function saga.follow_success(target saga.saga, operation_id uuid, operation_kind text)
returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
    money record;
    -- Whether what was reserved is still wanted.
    goes_forward constant boolean := case target.kind
        when 'reschedule' then booking.has_change(target.booking_id)
        else booking.status_of(target.booking_id) = 'PENDING' end;
begin
    select * into money from payment.book_success(operation_id);
    perform booking.record_event(target.booking_id, money.event_type, 'SYSTEM', 'saga', money.data);

    if operation_kind <> 'AUTHORIZE' then
        perform saga.give_back_or_finish(target.id, target.booking_id);
    elsif goes_forward then
        perform saga.log_step(target.id, 'confirm', 'DONE');
        if target.kind = 'reschedule' then
            perform booking.apply_change(target.booking_id);
        else
            perform booking.record_event(target.booking_id, 'booking.confirmed', 'SYSTEM', 'saga', '{}', 'CONFIRMED');
        end if;
        perform saga.go_on(target.id, 'CAPTURE', money.amount_minor);
    else
        perform saga.go_on(target.id, 'VOID', money.amount_minor);
    end if;
    return operation_kind = 'AUTHORIZE' and goes_forward and target.kind = 'booking';
end
$$;
comment on function saga.follow_success(saga.saga, uuid, text) is 'What follows when the gateway did it: confirm and capture on the way forwards, void or refund what is no longer owed, or the end. Gives whether this confirmed the booking.';
