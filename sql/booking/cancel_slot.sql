create or replace function booking.cancel_slot(command jsonb, organiser uuid) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    slot_id constant uuid := command ->> 'slot_id';
    cancellation_id constant uuid := holdfast.uuid_v7();
begin
    perform inventory.close_slot(slot_id);
    perform booking.close_queue(slot_id, 'SLOT_CANCELLED');
    insert into booking.slot_cancellation (organiser_id, id, slot_id, bookings, actor_role, actor_id, note, started_at)
    values (organiser, cancellation_id, slot_id, cardinality(booking.bookings_in(slot_id)), command #>> '{actor,role}',
            command #>> '{actor,subject}', command ->> 'note', clock_timestamp());
    perform saga.begin_slot_cancellation(organiser, cancellation_id);
    return jsonb_build_object('id', slot_id, 'ids', jsonb_build_array(cancellation_id), 'refusal', null);
end
$$;
comment on function booking.cancel_slot(jsonb, uuid) is 'Takes a slot that is locked exclusively off sale for good, and writes down that its bookings are to follow.';
