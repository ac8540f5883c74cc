create or replace function saga.cases_to_redrive(command jsonb) returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
    return array(
        select d.id from saga.dead_letter d
        where d.state = 'OPEN' and 'RETRY' = any (d.safe_actions)
          and (jsonb_typeof(command -> 'ids') is distinct from 'array'
               or d.id in (select i::uuid from jsonb_array_elements_text(command -> 'ids') i))
          and (command ->> 'source' is null or d.source = command ->> 'source')
          and (command ->> 'cause' is null or d.cause = command ->> 'cause')
          and (command ->> 'gateway' is null or d.gateway = command ->> 'gateway')
          and (command ->> 'opened_before' is null or d.opened_at < (command ->> 'opened_before')::timestamptz)
        order by d.id limit (command ->> 'limit')::integer);
end
$$;
comment on function saga.cases_to_redrive(jsonb) is 'The open cases that a filter names and that may be tried again, oldest first.';
