create or replace function booking.cancellation(target booking.booking, command jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    due constant bigint := booking.refund_due(target.organiser_id, target.id);
begin
    return jsonb_build_object(
        'booking_id', target.id, 'note', command ->> 'note',
        'reason', case command #>> '{actor,role}' when 'CUSTOMER' then 'CUSTOMER' else 'OPERATOR' end,
        'actor_role', command #>> '{actor,role}', 'actor_id', command #>> '{actor,subject}', 'trace', command -> 'trace',
        'owed_minor', case target.status
            when 'PENDING' then 0 else target.owed_minor - booking.given_back(target, due) end,
        'kept_minor', target.total_minor - due);
end
$$;
comment on function booking.cancellation(booking.booking, jsonb) is 'What booking.cancel_locked needs to know to cancel a booking at the wish of whoever asks.';
