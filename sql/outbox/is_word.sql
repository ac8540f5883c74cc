create or replace function outbox.is_word(message jsonb) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
    return coalesce(message ->> 'kind' in ('BOOKING', 'SLOT', 'DELIVERY')
        and jsonb_typeof(message -> 'subjects') = 'array'
        and not exists (
            select from jsonb_array_elements(message -> 'subjects') s
            where coalesce(not (saga.is_uuid(s ->> 'organiser_id') and saga.is_uuid(s ->> 'id')), true)), false);
end
$$;
comment on function outbox.is_word(jsonb) is 'Whether a message is as outbox.tell leaves it.';
