create or replace function booking.submit_payment(target booking.booking, command jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
    if target.status <> 'PENDING' or not payment.submit_method(target.id, command ->> 'payment_method') then
        return holdfast.refuse('INVALID_STATE',
            case target.status when 'PENDING' then 'A payment is under way already.'
                               else format('The booking is %s.', lower(target.status)) end,
            array['bookingId'], target.id);
    end if;
    -- While an operation is open, the hold's end is suspended, until minute 10.
    update booking.booking b set expire_due_at = b.auto_cancel_at
    where b.organiser_id = target.organiser_id and b.id = target.id;
    perform booking.record_event(target.id, 'payment.submitted', command #>> '{actor,role}',
        command #>> '{actor,subject}', '{}', trace => command -> 'trace');
    perform saga.resume(target.id, target.auto_cancel_at);
    return jsonb_build_object('id', target.id, 'refusal', null);
end
$$;
comment on function booking.submit_payment(booking.booking, jsonb) is 'Starts one attempt to pay a locked booking.';
