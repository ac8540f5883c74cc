create or replace function saga.has_case(queue text, message jsonb) returns boolean
language plpgsql stable security definer set search_path = '' as $$
declare
    named constant text := coalesce(message ->> 'event_id', message #>> '{document,id}');
begin
    return exists (
        select from saga.dead_letter d
        where d.state = 'OPEN' and d.source = 'MESSAGE' and d.queue = has_case.queue
          and case when named is null then d.message = has_case.message
              else coalesce(d.message ->> 'event_id', d.message #>> '{document,id}') = named end);
end
$$;
comment on function saga.has_case(text, jsonb) is 'Whether a message of a queue, known by the event that it names or else by all of it, is an open case in the operators'' inbox.';
