create or replace function notification.guard_preferences(preferences jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
    if exists (
        select from jsonb_to_recordset(preferences) p (message text, channel text, enabled boolean)
        where p.enabled is null or p.channel is null or p.channel not in ('EMAIL', 'SMS', 'PUSH')
           or p.message is null or p.message not in ('CONFIRMED', 'PAYMENT_FAILED', 'HOLD_ENDING', 'CANCELLED',
                'WAITLIST_OFFER', 'SLOT_CANCELLED', 'RESCHEDULED')) then
        return holdfast.refuse('INVALID_INPUT', 'There is no such message, or it does not go that way.', array['preferences']);
    end if;
    return null;
end
$$;
comment on function notification.guard_preferences(jsonb) is 'Refuses wishes about what is never sent; null for others.';
