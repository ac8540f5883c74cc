create or replace function notification.delivery_document(target notification.delivery, with_details boolean) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
    return jsonb_build_object(
        'id', target.id, 'organiser_id', target.organiser_id, 'event_id', target.event_id, 'booking_id', target.booking_id,
        'message', target.message, 'channel', target.channel, 'recipient_kind', target.recipient_kind,
        'recipient_id', target.recipient_id, 'state', target.state, 'attempts', target.attempts, 'repeats', target.repeats,
        'due_at', case target.state when 'PLANNED' then target.due_at end, 'give_up_at', target.give_up_at,
        'planned_at', target.planned_at, 'ended_at', target.ended_at,
        'last_error', case when with_details then target.last_error end,
        'log', (select coalesce(jsonb_agg(jsonb_build_object(
                    'number', a.number, 'started_at', a.started_at, 'took_ms', a.took_ms, 'result', a.result,
                    'status_code', a.status_code, 'detail', case when with_details then a.detail end) order by a.number), '[]')
                from notification.attempt a
                where a.organiser_id = target.organiser_id and a.delivery_id = target.id));
end
$$;
comment on function notification.delivery_document(notification.delivery, boolean) is 'A delivery with the log of its tries; their details only where they can''t quote somebody else''s address.';
grant execute on function notification.delivery_document(notification.delivery, boolean) to holdfast_reader;
