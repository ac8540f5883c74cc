create or replace function notification.settle(
    target notification.delivery, result text, detail text, retry_in_ms bigint)
returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    due constant timestamptz := clock_timestamp() + make_interval(secs => retry_in_ms / 1000.0);
begin
    if result = 'FAILED' and due < target.give_up_at then
        update notification.delivery d
        set state = 'PLANNED', due_at = due, last_error = detail, worker = null, lease_until = null
        where d.organiser_id = target.organiser_id and d.id = target.id;
        return;
    end if;
    perform notification.end_delivery(target.id,
        case result when 'SENT' then 'SENT' when 'SKIPPED' then 'SKIPPED' else 'FAILED' end, detail);
    if result = 'GONE' then
        perform notification.disable_endpoint(target.recipient_id::uuid, 'It said that it is gone (410).');
    end if;
end
$$;
comment on function notification.settle(notification.delivery, text, text, bigint) is 'What follows a try of a locked delivery: its end, or the next try.';
