create or replace function notification.resend(command jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    now constant timestamptz := clock_timestamp();
    actor constant jsonb := command -> 'actor';
    target notification.delivery;
begin
    select * into target from notification.delivery d where d.id = (command ->> 'delivery_id')::uuid for update;
    if target.id is null or not holdfast.may_manage(actor, target.organiser_id)
            or actor ->> 'role' = 'ORGANISER' and target.recipient_kind <> 'ENDPOINT' then
        return holdfast.refuse('NOT_FOUND', 'There is no such delivery.', array['deliveryId']);
    end if;
    if target.ended_at is null then
        return holdfast.refuse('INVALID_STATE', 'It is on its way.', array['deliveryId'], target.id);
    end if;
    if target.message = 'HOLD_ENDING' then
        return holdfast.refuse('INVALID_STATE', 'The hold has ended since.', array['deliveryId'], target.id);
    end if;
    if target.recipient_kind = 'ENDPOINT' and not exists (
            select from notification.endpoint p where p.id::text = target.recipient_id and p.state = 'ENABLED') then
        return holdfast.refuse('INVALID_STATE', 'Its endpoint is disabled.', array['deliveryId'], target.id);
    end if;
    update notification.delivery d
    set state = 'PLANNED', due_at = now, ended_at = null, worker = null, lease_until = null,
        give_up_at = now + case d.channel when 'WEBHOOK' then interval '3 days' else interval '1 day' end
    where d.id = target.id;
    return jsonb_build_object('id', target.id, 'refusal', null);
end
$$;
comment on function notification.resend(jsonb) is 'Sends once more what was sent, or could not be; the outcome of the command.';
