create or replace function notification.guard_setting(command jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    if coalesce(command #>> '{actor,role}' not in ('ORGANISER', 'SERVICE'), true)
            or command ->> 'subject' = command #>> '{actor,subject}' then
        return notification.guard_subject(command);
    end if;
    -- First of all: whoever sells nothing to somebody does not learn whether anything is known of that one.
    if not booking.has_booked(command ->> 'subject', (command #>> '{actor,organiser_id}')::uuid) then
        return holdfast.refuse('NOT_FOUND', 'No such customer has booked with you.', array['subject']);
    end if;
    -- What a customer has said, or has had erased, is not an organiser's to change: others sell to it too.
    if exists (select from notification.contact c where c.subject = command ->> 'subject') then
        return holdfast.refuse('INVALID_STATE', 'This customer''s contact is the customer''s own to change.', array['subject']);
    end if;
    return null;
end
$$;
comment on function notification.guard_setting(jsonb) is 'Refuses whoever may not say where somebody can be reached: an organiser and its machines may, for a customer of its own of whom nothing is known yet; null for those who may.';
