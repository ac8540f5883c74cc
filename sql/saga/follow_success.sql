create or replace function saga.follow_success(
    saga_id uuid, booking_id uuid, operation_id uuid, operation_kind text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    money record;
    booking_status constant text := booking.status_of(booking_id);
    saga_kind text;
begin
    select s.kind into saga_kind from saga.saga s where s.id = follow_success.saga_id;
    select * into money from payment.book_success(operation_id);
    perform booking.record_event(booking_id, money.event_type, 'SYSTEM', 'saga', money.data);

    if operation_kind = 'AUTHORIZE' and booking_status = 'PENDING' then
        perform saga.log_step(saga_id, 'confirm', 'DONE');
        perform booking.record_event(booking_id, 'booking.confirmed', 'SYSTEM', 'saga', '{}', 'CONFIRMED');
        perform saga.go_on(saga_id, booking_id, 'CAPTURE', money.amount_minor);
    elsif operation_kind = 'AUTHORIZE' then
        perform saga.go_on(saga_id, booking_id, 'VOID', money.amount_minor);
    elsif operation_kind = 'CAPTURE' and money.refundable_minor > 0 then
        perform saga.go_on(saga_id, booking_id, 'REFUND', money.refundable_minor);
    else
        perform saga.finish(saga_id,
            case when booking_status = 'CANCELLED' and saga_kind = 'booking' then 'UNWOUND'
                 else 'SUCCEEDED' end);
    end if;
end
$$;
comment on function saga.follow_success(uuid, uuid, uuid, text) is 'What follows when the gateway did it: confirm and capture on the way forwards, void or refund what a cancelled booking no longer owes, or the end.';
