create or replace function booking.grant_refund(command jsonb, target booking.booking) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    amount constant bigint := coalesce((command ->> 'amount_minor')::bigint,
        least(target.owed_minor, payment.held(target.id)));
begin
    perform booking.owe(target.id, target.total_minor, target.owed_minor - amount);
    perform payment.post(booking.give_up_transfers(target.organiser_id, target.id, target.currency, amount, 0));
    perform booking.record_event(target.id, 'booking.refund_granted', command #>> '{actor,role}',
        command #>> '{actor,subject}', jsonb_strip_nulls(jsonb_build_object(
            'amountMinor', amount, 'owedMinor', target.owed_minor - amount, 'note', command ->> 'note')),
        trace => command -> 'trace');
    perform saga.begin_refund(array[target.id]);
    return jsonb_build_object('id', target.id, 'refusal', null);
end
$$;
comment on function booking.grant_refund(jsonb, booking.booking) is 'Lowers what a locked booking owes; the money follows.';
