create or replace function notification.guard_endpoint(command jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
    organiser constant uuid := command ->> 'organiser_id';
begin
    if not holdfast.may_manage(command -> 'actor', organiser) then
        return holdfast.refuse('NOT_ALLOWED', 'Endpoints are for their organiser to set.');
    end if;
    if not inventory.has_organiser(organiser) then
        return holdfast.refuse('NOT_FOUND', 'There is no such organiser, or it has listed nothing yet.', array['organiserId']);
    end if;
    if coalesce(command ->> 'url', '') !~ '^https?://[^[:space:][:cntrl:]]+$' or length(command ->> 'url') > 2000 then
        return holdfast.refuse('INVALID_INPUT', 'This is no address of the web.', array['url']);
    end if;
    if jsonb_array_length(command -> 'event_types') not between 1 and 100
            or exists (select from jsonb_array_elements_text(command -> 'event_types') e
                       where e !~ '^(\*|[a-z_]{1,50}\.(\*|[a-z_]{1,50}))$') then
        return holdfast.refuse('INVALID_INPUT', 'Name 1 to 100 types, such as booking.confirmed, booking.* or *.',
            array['eventTypes']);
    end if;
    if command ->> 'endpoint_id' is null
            and (select count(*) from notification.endpoint p where p.organiser_id = organiser) >= 50 then
        return holdfast.refuse('INVALID_STATE', 'An organiser has at most 50 endpoints.');
    end if;
    return null;
end
$$;
comment on function notification.guard_endpoint(jsonb) is 'Refuses an endpoint that nobody may set, or that is none; null for others.';
