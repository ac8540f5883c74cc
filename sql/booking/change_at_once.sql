create or replace function booking.change_at_once(
    command jsonb, target booking.booking, draft jsonb, dropped jsonb, back_minor bigint, dropped_minor bigint,
    nonrefundable bigint)
returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    added_minor constant bigint := draft ->> 'total_minor';
    total constant bigint := target.total_minor - dropped_minor + added_minor;
    owed constant bigint := target.owed_minor - back_minor;
begin
    perform booking.add_lines(target, draft, target.version + 1);
    perform booking.drop_places(target, dropped, target.version + 1);
    perform booking.owe(target.id, total, owed, nonrefundable);
    -- What the new places do not use up and the policy does not give back is kept.
    perform payment.post(booking.give_up_transfers(target.organiser_id, target.id, target.currency, back_minor,
        greatest(0, dropped_minor - added_minor - back_minor)));
    perform booking.record_event(target.id, 'booking.rescheduled', command #>> '{actor,role}',
        command #>> '{actor,subject}', jsonb_strip_nulls(jsonb_build_object(
            'totalMinor', total, 'owedMinor', owed, 'refundMinor', back_minor,
            'dropped', booking.told_lines(dropped), 'added', booking.told_drafts(draft), 'note', command ->> 'note')),
        trace => command -> 'trace');
    perform saga.begin_refund(array[target.id]);
end
$$;
comment on function booking.change_at_once(jsonb, booking.booking, jsonb, jsonb, bigint, bigint, bigint) is 'Makes a change that costs no more than before: new places first, then the old ones go.';
