create or replace function notification.put_endpoint(command jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    endpoint_types constant text[] := array(
        select distinct e from jsonb_array_elements_text(command -> 'event_types') e order by e);
    target notification.endpoint;
begin
    if command ->> 'endpoint_id' is null then
        insert into notification.endpoint (organiser_id, id, url, secrets, event_types)
        values ((command ->> 'organiser_id')::uuid, holdfast.uuid_v7(), command ->> 'url',
                array[notification.new_secret()], endpoint_types)
        returning * into target;
        return jsonb_build_object('id', target.id, 'refusal', null);
    end if;
    select * into target from notification.endpoint p
    where p.id = (command ->> 'endpoint_id')::uuid and p.organiser_id = (command ->> 'organiser_id')::uuid for update;
    if target.id is null then
        return holdfast.refuse('NOT_FOUND', 'There is no such endpoint.', array['endpointId']);
    end if;
    if target.version <> (command ->> 'expected_version')::integer then
        return holdfast.refuse('STALE_VERSION', 'The endpoint has changed since.', array['expectedVersion'], target.id);
    end if;
    update notification.endpoint p
    set url = command ->> 'url', event_types = endpoint_types, version = p.version + 1, updated_at = clock_timestamp()
    where p.id = target.id;
    return jsonb_build_object('id', target.id, 'refusal', null);
end
$$;
comment on function notification.put_endpoint(jsonb) is 'Writes an endpoint, a new one with a secret of its own; the outcome of the command.';
