create or replace function payment.judge_webhook(gateway text, event_id text)
returns table (state text, detail text, case_data jsonb)
language plpgsql volatile security definer set search_path = '' as $$
declare
    told payment.webhook;
    about record;
    saga_id uuid;
begin
    select * into told from payment.webhook w
    where w.gateway = judge_webhook.gateway and w.event_id = judge_webhook.event_id;
    if told.id is null then
        return;
    end if;
    select * into about
    from payment.operation_told_of(told.gateway, told.operation_key, told.reference);

    if told.is_exceptional or about.operation_id is null and coalesce(told.operation_key, told.reference) is not null then
        state := 'QUARANTINED';
        detail := case when told.is_exceptional then 'somebody has to look at it'
                       else 'it is about nothing that we know' end;
        case_data := jsonb_build_object('source', 'WEBHOOK', 'queue', 'webhook', 'gateway', told.gateway,
            'cause', case when told.is_exceptional then 'EXCEPTIONAL' else 'UNKNOWN_REFERENCE' end,
            'organiser_id', about.organiser_id, 'booking_id', about.booking_id,
            'reference', coalesce(told.reference, told.operation_key, told.event_id), 'detail', told.type,
            'safe_actions', case when told.is_exceptional then '["RESOLVE"]'::jsonb else '["RETRY", "RESOLVE"]' end);
    elsif about.operation_id is null then
        state := 'IGNORED';
        detail := 'it is about no operation';
    elsif not about.waits then
        state := 'IGNORED';
        detail := 'known already';
    else
        saga_id := saga.open_saga_of(about.subject_id);
        if saga_id is null then
            -- An operator's case by now: who takes it up again looks the operation up.
            state := 'IGNORED';
            detail := 'its saga has ended';
        elsif saga.nudge(saga_id) then
            state := 'APPLIED';
        else
            state := 'PUT_OFF';
        end if;
    end if;
    return next;
end
$$;
comment on function payment.judge_webhook(text, text) is 'What is to be done about a webhook: APPLIED (its saga was woken, and looks the operation up), PUT_OFF (somebody is at its saga), IGNORED or QUARANTINED, with the case to open; no row when there is no such webhook.';
