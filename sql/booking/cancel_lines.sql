create or replace function booking.cancel_lines(target booking.booking, command jsonb, dropped jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    worth record;
    back bigint;
begin
    if target.status <> 'CONFIRMED' then
        return holdfast.refuse('INVALID_STATE', 'What is only held is cancelled whole.', array['lines'], target.id);
    end if;
    select * into worth from booking.worth_of(target, dropped);
    back := booking.given_back(target, worth.refund_minor);
    perform booking.drop_places(target, dropped, target.version + 1);
    perform booking.owe(target.id, target.total_minor - worth.price_minor, target.owed_minor - back);
    perform payment.post(booking.give_up_transfers(target.organiser_id, target.id, target.currency, back,
        worth.price_minor - worth.refund_minor));
    perform booking.record_event(target.id, 'booking.lines_cancelled', command #>> '{actor,role}',
        command #>> '{actor,subject}', jsonb_strip_nulls(jsonb_build_object(
            'lines', booking.told_lines(dropped), 'totalMinor', target.total_minor - worth.price_minor,
            'owedMinor', target.owed_minor - back, 'refundMinor', back, 'note', command ->> 'note')),
        trace => command -> 'trace');
    perform saga.begin_refund(array[target.id]);
    return jsonb_build_object('id', target.id, 'refusal', null);
end
$$;
comment on function booking.cancel_lines(booking.booking, jsonb, jsonb) is 'Cancels some places of a locked booking, [{line_no, quantity, seats}], but not all.';
