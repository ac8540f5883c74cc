create or replace function notification.change_endpoint(command jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    now constant timestamptz := clock_timestamp();
    target notification.endpoint;
begin
    select * into target from notification.endpoint p where p.id = (command ->> 'endpoint_id')::uuid for update;
    -- What is another's is not there at all.
    if target.id is null or not holdfast.may_manage(command -> 'actor', target.organiser_id) then
        return holdfast.refuse('NOT_FOUND', 'There is no such endpoint.', array['endpointId']);
    end if;
    case command ->> 'action'
        when 'ROTATE' then
            update notification.endpoint p
            set secrets = array[notification.new_secret(), p.secrets[1]], old_secret_until = now + interval '24 hours',
                version = p.version + 1, updated_at = now
            where p.id = target.id;
        when 'ENABLE' then
            update notification.endpoint p
            set state = 'ENABLED', disabled_reason = null, version = p.version + 1, updated_at = now
            where p.id = target.id and p.state = 'DISABLED';
        when 'DISABLE' then
            perform notification.disable_endpoint(target.id, 'Its organiser has switched it off.');
        when 'DELETE' then
            perform notification.disable_endpoint(target.id, 'Its organiser has deleted it.');
            delete from notification.endpoint p where p.id = target.id;
    end case;
    return jsonb_build_object('id', target.id, 'refusal', null);
end
$$;
comment on function notification.change_endpoint(jsonb) is 'Gives an endpoint a new secret, switches it on or off, or deletes it; the outcome of the command.';
