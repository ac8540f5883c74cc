create or replace function booking.view_slot_cancellations(slot_ids jsonb) returns setof jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    select jsonb_build_object(
        'id', c.id, 'organiser_id', c.organiser_id, 'slot_id', c.slot_id, 'state', c.state, 'bookings', c.bookings,
        'cancelled', c.cancelled, 'note', c.note, 'started_at', c.started_at, 'ended_at', c.ended_at)
    from booking.slot_cancellation c
    where c.slot_id = any (array(select i::uuid from jsonb_array_elements_text(slot_ids) i));
end
$$;
comment on function booking.view_slot_cancellations(jsonb) is 'How far the cancelling of these slots has come.';
grant execute on function booking.view_slot_cancellations(jsonb) to holdfast_api;
alter function booking.view_slot_cancellations(jsonb) owner to holdfast_reader;
