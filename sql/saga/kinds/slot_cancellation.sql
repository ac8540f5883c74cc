create or replace function saga.act_slot_cancellation(target saga.saga) returns text
language plpgsql volatile security definer set search_path = '' as $$
begin
    return booking.cancel_slot_bookings(target.subject_id, 100);
end
$$;
comment on function saga.act_slot_cancellation(saga.saga) is 'Cancels a batch of a cancelled slot''s bookings; DONE when none is left, AGAIN when there are more, LATER when those that are left wait for something.';

create or replace function saga.follow_slot_cancellation(
    target saga.saga, step text, result text, operation_id uuid, detail text)
returns boolean
language plpgsql volatile security definer set search_path = '' as $$
begin
    if result = 'DONE' then
        perform saga.finish(target.id, 'SUCCEEDED');
    elsif result = 'FAILED' then
        perform saga.bury(target, 'STEP_FAILED', detail);
    end if;
    return false;
end
$$;
comment on function saga.follow_slot_cancellation(saga.saga, text, text, uuid, text) is 'What follows when all bookings of a cancelled slot are cancelled, or some can''t be.';

select saga.declare('slot_cancellation', 'saga.follow_slot_cancellation', 3600, '[
    {"step": "close", "action": "AT_ONCE"},
    {"step": "cancel", "action": "LOCAL", "timeout_ms": 10000},
    {"step": "notify", "action": "AT_ONCE"}
]', '{
    "": ["close"],
    "close": ["cancel"],
    "cancel": ["cancel", "notify"]
}');
