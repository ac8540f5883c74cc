create or replace function notification.endpoint_document(target notification.endpoint) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
    return jsonb_build_object(
        'id', target.id, 'organiser_id', target.organiser_id, 'url', target.url, 'event_types', to_jsonb(target.event_types),
        'state', target.state, 'disabled_reason', target.disabled_reason, 'version', target.version,
        'old_secret_until', case when target.old_secret_until > clock_timestamp() then target.old_secret_until end,
        'created_at', target.created_at, 'updated_at', target.updated_at);
end
$$;
comment on function notification.endpoint_document(notification.endpoint) is 'An endpoint as its organiser reads it: without its secrets.';
grant execute on function notification.endpoint_document(notification.endpoint) to holdfast_reader;
